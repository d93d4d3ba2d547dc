import type { BuildSession } from '#build/build-session'
import { makeSettings } from '#build/open-session'
import { makeVariables } from '#build/make-variables'
import { runCommand } from '#process/run-command'

/**
 * Asks the running container which 32-bit compiler it has, where the
 * architecture can use one (CROSS_COMPILE_COMPAT); before it ran, that was a guess.
 */
export async function withCompat(session: BuildSession): Promise<BuildSession> {
  const { plan, runtime, context } = session
  const { request, architecture, toolchain } = plan
  const isGuess = runtime.container() !== null && !request.native
  const prefixes = architecture.compatPrefixes ?? []
  if (!isGuess || prefixes.length === 0 || request.makeVariables['CROSS_COMPILE_COMPAT'] !== undefined) return session
  const script = 'for prefix; do if command -v "${prefix}gcc" >/dev/null; then echo "$prefix"; exit; fi; done'
  const command = runtime.wrap({ argv: ['sh', '-c', script, 'sh', ...prefixes] })
  const { stdout } = await runCommand(command, { signal: context.signal })
  const found = stdout.trim() === '' ? undefined : stdout.trim()
  const variables = makeVariables(request, architecture, toolchain, runtime.seen.build, found)
  return { ...session, plan: { ...plan, variables }, make: makeSettings({ ...plan, variables }) }
}
