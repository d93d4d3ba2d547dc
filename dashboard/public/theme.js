// Before anything is drawn, so that a chosen theme does not flash.
try {
  const theme = localStorage.getItem('lkft-theme')
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme
} catch {
  // Storage is switched off: the system's own theme counts.
}
