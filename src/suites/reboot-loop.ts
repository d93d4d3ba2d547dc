import type { Death } from '#suites/session'

/**
 * Looks at the newest death: a guest that left before its runner reported is
 * started once more, to tell a machine that restarts whenever it boots from one
 * that did so once. When it leaves again, both deaths become one that says so.
 *
 * @param deaths of the run so far; changed when they are one loop
 * @param booted the runner reported in the machine that died last
 * @returns whether to start it once more
 */
export function startAgain(deaths: Death[], booted: boolean): boolean {
  const [first, second] = deaths
  if (booted || first?.kind !== 'gone') return false
  if (second === undefined) return true
  if (deaths.length === 2 && second.kind === 'gone') {
    const name = /restart/.test(second.message) ? 'reboot loop: ' : ''
    deaths.splice(0, 2, { kind: 'gone', message: `${name}${second.message} in each of 2 boots` })
  }
  return false
}
