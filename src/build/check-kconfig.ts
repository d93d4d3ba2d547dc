import { parseAssignments, readConfig } from '#build/kconfig-text'
import type { Build } from '#schema/documents'

export type RequestedSymbol = Build['kconfig']['requested'][number]

/** A fragment as the user named it, with its text. */
export interface RequestedFragment {
  readonly spec: string
  readonly text: string
}

/**
 * Says of every symbol that the fragments asked for whether the final .config
 * has it: applied, overridden by a later fragment, or dropped.
 *
 * @param why names the reason of a dropped symbol, e.g. an unmet dependency
 */
export function checkKconfig(
  fragments: readonly RequestedFragment[],
  finalConfig: string,
  why: (symbol: string, value: string, config: ReadonlyMap<string, string>) => string | null,
): readonly RequestedSymbol[] {
  const config = readConfig(finalConfig)
  const requests = fragments.flatMap(({ spec, text }) =>
    parseAssignments(text).map((assignment) => ({ ...assignment, spec })),
  )
  const lastOf = new Map(requests.map((request) => [request.symbol, request]))
  return requests.map(({ symbol, value, spec }) => {
    const final = config.get(symbol) ?? 'n'
    const base = { symbol: `CONFIG_${symbol}`, value, final }
    if (sameValue(value, final)) return { ...base, status: 'applied', reason: null }
    const last = lastOf.get(symbol)
    if (last !== undefined && last.value !== value) {
      return { ...base, status: 'overridden', reason: last.spec === spec ? `later in ${spec}` : `by ${last.spec}` }
    }
    return { ...base, status: 'dropped', reason: why(symbol, value, config) }
  })
}

/** `0x0010` and `0x10`, `""` and unset are the same to Kconfig. */
function sameValue(wanted: string, final: string): boolean {
  if (wanted === final) return true
  if (wanted === '""' && final === 'n') return true
  const number = /^(?:0x[0-9a-f]+|-?\d+)$/i
  return number.test(wanted) && number.test(final) && Number(wanted) === Number(final)
}
