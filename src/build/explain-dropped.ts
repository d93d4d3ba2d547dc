import type { BuildSession } from '#build/build-session'
import { loadKconfig } from '#build/kconfig-files'
import { parseKconfig, type KconfigSymbol } from '#build/kconfig-tree'
import { evaluate, unmetTerms } from '#build/kconfig-expression'

/** Gives the function that says why a symbol did not get its value; the tree's Kconfig is read on the first question. */
export function explainDropped({
  plan,
}: Pick<BuildSession, 'plan'>): (symbol: string, value: string, config: ReadonlyMap<string, string>) => string | null {
  let symbols: ReadonlyMap<string, KconfigSymbol> | undefined
  return (symbol, value, config) => {
    symbols ??= parseKconfig(loadKconfig(plan.source.root, plan.architecture))
    return explain(symbols, symbol, value, config)
  }
}

/** One sentence on why a symbol has not the value that was asked for. */
export function explain(
  symbols: ReadonlyMap<string, KconfigSymbol>,
  name: string,
  value: string,
  config: ReadonlyMap<string, string>,
): string {
  const symbol = symbols.get(name)
  if (symbol === undefined) return 'this kernel has no such symbol'
  if (value === 'n') {
    const by = [...symbols.values()].filter(
      (other) => (config.get(other.name) ?? 'n') !== 'n' && other.selects.includes(name),
    )
    if (by.length > 0)
      return `selected by ${by
        .map((other) => other.name)
        .slice(0, 3)
        .join(', ')}`
  }
  const met = symbol.definitions.some(({ depends }) => depends.every((term) => evaluate(term, config) !== 'n'))
  if (!met) {
    const unmet = symbol.definitions[0]?.depends.flatMap((term) => unmetTerms(term, config)) ?? []
    return `unmet dependency: ${[...new Set(unmet)].join(', ')}`
  }
  if (symbol.choice) return 'another member of its choice is set'
  if (!symbol.definitions.some((definition) => definition.prompt)) return 'it has no prompt: only other symbols set it'
  if (value === 'm' && (config.get('MODULES') ?? 'n') === 'n') return 'unmet dependency: MODULES=n'
  const limit = symbol.definitions[0]?.depends.find((term) => evaluate(term, config) === 'm')
  if (value === 'y' && limit !== undefined) return `its dependency is only m: ${limit}`
  return 'Kconfig gives it another value'
}
