import { join, normalize } from 'node:path'
import { parseMakeFailure } from '#build/diagnostics/make-failure'
import { parseDiagnosticLine, type RawDiagnostic } from '#build/diagnostics/patterns'
import { rustcReader } from '#build/diagnostics/rustc'
import type { Diagnostic } from '#schema/documents'

export interface CollectorSettings {
  /** Paths as the build sees them; messages become relative to them. */
  readonly source: string
  readonly build: string
  /** Name of the C compiler, `gcc` or `clang`. */
  readonly compiler: string
  /** sparse runs beside the compiler (`C=1`): its messages carry no flag. */
  readonly sparse: boolean
}

/** Takes the build's lines and keeps each message once, with how often it came. */
export interface DiagnosticCollector {
  push(line: string, target: string): void
  /** No more lines of this command: a message of several lines is over. */
  flush(target: string): void
  add(diagnostic: RawDiagnostic, target: string): void
  readonly items: () => readonly Diagnostic[]
  readonly counts: () => { errors: number; warnings: number; by_flag: Record<string, number> }
  /** A tool said that the disk is full. */
  readonly sawDiskFull: () => boolean
}

/** More different messages than this are not kept; they are still counted. */
const most = 100_000

export function collectDiagnostics(settings: CollectorSettings): DiagnosticCollector {
  const found = new Map<string, Diagnostic>()
  const rustc = rustcReader()
  let errorsSinceMake = 0
  let diskFull = false
  let dropped = 0

  const add = (raw: RawDiagnostic, target: string): void => {
    const file = raw.file === undefined ? null : relativePath(raw.file, settings)
    const tool = nameTool(raw, settings)
    if (raw.level === 'error' && tool !== 'make') errorsSinceMake++
    const key = JSON.stringify([tool, raw.level, file, raw.line, raw.column, raw.flag, raw.message])
    const known = found.get(key)
    if (known !== undefined) {
      known.count++
      return
    }
    if (found.size >= most) {
      dropped++
      return
    }
    found.set(key, {
      tool,
      level: raw.level,
      file,
      line: raw.line ?? null,
      column: raw.column ?? null,
      flag: raw.flag ?? null,
      message: raw.message,
      target,
      count: 1,
    })
  }

  const addMakeFailure = (goal: string, how: string, target: string): void => {
    // 'Error 2' is what every make above the one that failed says.
    if (how === 'Error 2') return
    // The compiler has said why just before: then make's line is only where it happened.
    const level = errorsSinceMake > 0 ? 'note' : 'error'
    errorsSinceMake = 0
    add({ tool: 'make', level, message: `${relativePath(goal, settings)}: ${how}` }, target)
  }

  return {
    add,
    push: (line, target) => {
      if (line.includes('No space left on device')) diskFull = true
      const failure = parseMakeFailure(line)
      if (failure !== undefined) return addMakeFailure(failure.goal, failure.how, target)
      const rust = rustc.push(line)
      if (rust.finished !== undefined) add(rust.finished, target)
      if (rust.taken) return
      const raw = parseDiagnosticLine(line)
      if (raw !== undefined) add(raw, target)
    },
    flush: (target) => {
      const raw = rustc.end()
      if (raw !== undefined) add(raw, target)
      errorsSinceMake = 0
    },
    items: () => [...found.values()],
    counts: () => countDiagnostics([...found.values()], dropped),
    sawDiskFull: () => diskFull,
  }
}

/** Different messages by level, and warnings by flag. */
function countDiagnostics(
  items: readonly Diagnostic[],
  dropped: number,
): { errors: number; warnings: number; by_flag: Record<string, number> } {
  const byFlag: Record<string, number> = {}
  for (const { flag, level } of items) {
    if (flag !== null && level !== 'note') byFlag[flag] = (byFlag[flag] ?? 0) + 1
  }
  return {
    errors: items.filter((item) => item.level === 'error').length,
    warnings: items.filter((item) => item.level === 'warning').length + dropped,
    by_flag: Object.fromEntries(Object.entries(byFlag).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

function nameTool(raw: RawDiagnostic, settings: CollectorSettings): string {
  if (raw.tool !== 'cc') return raw.tool
  if (raw.file?.endsWith('.rs') === true) return 'rustc'
  return settings.sparse && raw.flag === undefined ? 'sparse' : settings.compiler
}

/** A path as the tree names it: `/src/kernel/fork.c` and `../src/kernel/fork.c` are `kernel/fork.c`. */
export function relativePath(path: string, { source, build }: Pick<CollectorSettings, 'source' | 'build'>): string {
  const absolute = path.startsWith('/') ? normalize(path) : join(build, path)
  for (const root of [source, build].sort((a, b) => b.length - a.length)) {
    if (absolute.startsWith(`${root}/`)) return absolute.slice(root.length + 1)
  }
  return path
}
