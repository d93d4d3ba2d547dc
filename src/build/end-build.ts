import { type BuildSession, BuildStopped } from '#build/build-session'
import type { Progress } from '#build/run-targets'
import { toLkftError } from '#errors/lkft-error'
import type { Build } from '#schema/documents'

/** How a build ended: what stands in build.json. */
export interface Ending {
  readonly state: 'done' | 'cancelled'
  readonly verdict: NonNullable<Build['verdict']>
  readonly cause: Build['cause']
}

/** Decides whose fault it is: the kernel's, the caller's, the machine's, or nobody's. */
export function endBuild(session: BuildSession, progress: Progress, thrown: unknown): Ending {
  if (thrown instanceof BuildStopped) {
    const code = thrown.how === 'timeout' ? 'BUILD_TIMEOUT' : 'INTERRUPTED'
    return {
      state: thrown.how === 'timeout' ? 'done' : 'cancelled',
      verdict: thrown.how,
      cause: { code, message: thrown.message },
    }
  }
  if (session.context.signal.aborted) {
    return {
      state: 'cancelled',
      verdict: 'cancelled',
      cause: { code: 'INTERRUPTED', message: 'the build was interrupted' },
    }
  }
  if (thrown !== undefined) {
    const error = toLkftError(thrown)
    const verdict = error.fault === 'caller' ? 'error' : error.fault === 'kernel' ? 'fail' : 'infra'
    return { state: 'done', verdict, cause: causeOf(error.code, error.message, error.hint) }
  }
  const failed = progress.results.filter(({ status }) => status === 'fail')
  if (failed.length === 0) return { state: 'done', verdict: 'pass', cause: null }
  if (session.diagnostics.sawDiskFull()) {
    const hint = 'Free some space or choose another --build-dir.'
    return {
      state: 'done',
      verdict: 'infra',
      cause: causeOf('DISK_FULL', 'no space left on the disk of the build', hint),
    }
  }
  nameAnError(session, failed)
  return { state: 'done', verdict: 'fail', cause: causeOf('BUILD_FAILED', sentence(session, failed)) }
}

function causeOf(code: string, message: string, hint?: string): Build['cause'] {
  return { code, message: message.split('\n', 1)[0] ?? message, ...(hint === undefined ? {} : { hint }) }
}

/** A failed build always names at least one error: when no tool said one, the command that failed. */
function nameAnError(session: BuildSession, failed: Build['targets']): void {
  if (session.diagnostics.counts().errors > 0) return
  for (const { name, reason } of failed) {
    session.diagnostics.add({ tool: 'lkft', level: 'error', message: reason ?? `${name} failed` }, name)
  }
}

function sentence(session: BuildSession, failed: Build['targets']): string {
  const first = session.diagnostics.items().find(({ level }) => level === 'error')
  const names = failed.map(({ name }) => name).join(', ')
  if (first === undefined) return `${names} failed`
  const place = first.file === null ? '' : `${first.file}${first.line === null ? '' : `:${first.line}`}: `
  return `${names} failed: ${place}${first.message}`
}
