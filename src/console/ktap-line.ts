/** What a directive says about the result before it. */
export type Directive = 'SKIP' | 'TODO' | 'XFAIL' | 'TIMEOUT' | 'ERROR'

/** One line of a KTAP or TAP stream. */
export type KtapLine =
  | { readonly type: 'version'; readonly format: 'KTAP' | 'TAP'; readonly version: number }
  | { readonly type: 'subtest'; readonly name: string }
  | { readonly type: 'plan'; readonly count: number; readonly skipped: boolean; readonly reason: string }
  | {
      readonly type: 'result'
      readonly ok: boolean
      readonly number: number | undefined
      readonly name: string
      readonly directive: Directive | undefined
      readonly reason: string
    }
  | { readonly type: 'bail'; readonly reason: string }
  | { readonly type: 'collection'; readonly name: string }
  | { readonly type: 'diagnostic'; readonly text: string }

/** A line with its depth: columns of indentation, and how many `# ` of kselftest stood before it. */
export interface PlacedLine {
  readonly indent: number
  readonly comments: number
  readonly line: KtapLine
}

const versionLine = /^(KTAP|TAP) version (\d{1,4})\s*$/
const subtestLine = /^#\s?Subtest: (.*?)\s*$/
const collectionLine = /^# (selftests: \S+: .+?)\s*$/
const planLine = /^1\.\.(\d{1,9})\s*(?:#\s*(SKIP\S*)?\s*(.*))?$/i
const resultLine = /^(not ok|ok)(?:\s+(\d{1,9}))?(?=\s|$)\s*(.*)$/
const bailLine = /^Bail out!\s*(.*)$/
const directivePart = /(?:^|\s)#\s*(SKIP(?:PED)?|TODO|XFAIL|TIMEOUT|ERROR)\b[\s:]*(.*)$/
const looseDirective = /(?:^|\s)#\s*(skip(?:ped)?|todo)\b[\s:]*(.*)$/i

/**
 * Reads one line; undefined when it is no part of the protocol.
 *
 * @param nesting whether `# ` before a whole protocol line nests it, as kselftest does
 */
export function readKtapLine(text: string, nesting: boolean): PlacedLine | undefined {
  let rest = text.replace(/\s+$/, '')
  const indent = columnsOf(rest)
  rest = rest.trimStart()
  const plain = readBody(rest)
  if (plain !== undefined && plain.type !== 'diagnostic') return { indent, comments: 0, line: plain }
  if (nesting) {
    let inner = rest
    for (let comments = 1; comments <= 8 && inner.startsWith('#'); comments += 1) {
      inner = inner.slice(1)
      const deeper = columnsOf(inner)
      inner = inner.trimStart()
      const body = readBody(inner)
      if (body !== undefined && body.type !== 'diagnostic')
        return { indent: indent + Math.max(0, deeper - 1), comments, line: body }
    }
  }
  return plain === undefined ? undefined : { indent, comments: 0, line: plain }
}

function readBody(text: string): KtapLine | undefined {
  const first = text.charCodeAt(0)
  if (first === 0x23) return readComment(text)
  if (first === 0x31) return readPlan(text)
  if (first === 0x6f || first === 0x6e) return readResult(text)
  if (first === 0x4b || first === 0x54) {
    const version = versionLine.exec(text)
    if (version === null) return undefined
    return { type: 'version', format: version[1] === 'KTAP' ? 'KTAP' : 'TAP', version: Number(version[2]) }
  }
  const bail = first === 0x42 ? bailLine.exec(text) : null
  return bail === null ? undefined : { type: 'bail', reason: bail[1] ?? '' }
}

function readComment(text: string): KtapLine {
  const subtest = subtestLine.exec(text)
  if (subtest !== null) return { type: 'subtest', name: subtest[1] ?? '' }
  const collection = collectionLine.exec(text)
  if (collection !== null) return { type: 'collection', name: collection[1] ?? '' }
  return { type: 'diagnostic', text: text.replace(/^#+\s?/, '') }
}

function readPlan(text: string): KtapLine | undefined {
  const plan = planLine.exec(text)
  if (plan === null) return undefined
  return { type: 'plan', count: Number(plan[1]), skipped: plan[2] !== undefined, reason: plan[3] ?? '' }
}

function readResult(text: string): KtapLine | undefined {
  const result = resultLine.exec(text)
  if (result === null) return undefined
  const described = (result[3] ?? '').replace(/^-\s+|^-$/, '')
  const directive = directivePart.exec(described) ?? looseDirective.exec(described)
  const plainName = described.replace(/(?:^|\s+)#\s.*$|\s+#$/, '')
  return {
    type: 'result',
    ok: result[1] === 'ok',
    number: result[2] === undefined ? undefined : Number(result[2]),
    name: (directive === null ? plainName : described.slice(0, directive.index)).trim(),
    directive: directive === null ? undefined : directiveOf(directive[1] ?? ''),
    reason: (directive?.[2] ?? /(?:^|\s)#\s+(.*)$/.exec(described)?.[1] ?? '').trim(),
  }
}

function directiveOf(word: string): Directive {
  const upper = word.toUpperCase()
  if (upper.startsWith('SKIP')) return 'SKIP'
  if (upper === 'TODO' || upper === 'XFAIL' || upper === 'TIMEOUT') return upper
  return 'ERROR'
}

/** Columns of white space at the start; a tab goes to the next multiple of eight. */
function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) {
    if (character === ' ') columns += 1
    else if (character === '\t') columns = (columns + 8) & ~7
    else break
  }
  return columns
}
