/** Dark to light and back, remembered in this browser. */
export function toggleTheme(): void {
  const root = document.documentElement
  const isDark =
    root.dataset['theme'] === undefined
      ? matchMedia('(prefers-color-scheme: dark)').matches
      : root.dataset['theme'] === 'dark'
  root.dataset['theme'] = isDark ? 'light' : 'dark'
  try {
    localStorage.setItem('lkft-theme', root.dataset['theme'])
  } catch {
    // Storage is switched off: the choice holds until the page is left.
  }
}
