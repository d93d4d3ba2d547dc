import type { Diagnostic } from '#schema/documents'

/** What a SARIF log says beside the messages. */
export interface SarifFacts {
  readonly version: string
  /** Name of the build: tells the runs of a matrix apart in GitHub's code scanning. */
  readonly build: string
  /** Those that the baseline has not; undefined without a baseline. */
  readonly fresh?: readonly Diagnostic[] | undefined
}

/**
 * The messages as a SARIF 2.1.0 log, one rule per tool and flag, paths relative
 * to the source tree. Notes are left out: they only say more of the message before.
 */
export function toSarif(diagnostics: readonly Diagnostic[], { version, build, fresh }: SarifFacts): object {
  const isNew = fresh === undefined ? undefined : new Set(fresh)
  const messages = diagnostics.filter(({ level }) => level !== 'note')
  const rules = [...new Set(messages.map(ruleOf))].sort()
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'lkft', version, rules: rules.map((id) => ({ id })) } },
        automationDetails: { id: `lkft/${build}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The root of the kernel tree' } } },
        results: messages.map((each) => ({
          ruleId: ruleOf(each),
          ruleIndex: rules.indexOf(ruleOf(each)),
          level: each.level,
          message: { text: each.message },
          occurrenceCount: each.count,
          ...(each.file === null ? {} : { locations: [locationOf(each, each.file)] }),
          ...(isNew === undefined ? {} : { baselineState: isNew.has(each) ? 'new' : 'unchanged' }),
        })),
      },
    ],
  }
}

function ruleOf({ tool, flag }: Diagnostic): string {
  return flag === null ? tool : `${tool}/${flag}`
}

function locationOf({ line, column }: Diagnostic, file: string): object {
  const region = { ...(line === null ? {} : { startLine: line }), ...(column === null ? {} : { startColumn: column }) }
  // What was generated or lies outside the tree has an absolute path.
  const base = file.startsWith('/') ? {} : { uriBaseId: 'SRCROOT' }
  const artifactLocation = { uri: encodeURI(file), ...base }
  return { physicalLocation: { artifactLocation, ...(line === null ? {} : { region }) } }
}
