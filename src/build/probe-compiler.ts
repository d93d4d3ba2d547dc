import type { BuildSession } from '#build/build-session'
import { runCommand } from '#process/run-command'
import type { Build } from '#schema/documents'

/**
 * Asks the compiler for its version, inside the runtime. A compiler that cannot
 * answer gives null: the build will say why.
 */
export async function probeCompiler({ plan, runtime, make, context }: BuildSession): Promise<Build['compiler']> {
  const command = { argv: [plan.compiler, '--version'] as const, env: make.environment }
  const wrapped = runtime.wrap({ ...command, argv: [...command.argv] })
  const result = await runCommand(wrapped, { signal: context.signal, timeoutMs: 20_000 }).catch(() => undefined)
  return result?.exitCode === 0 ? readCompilerVersion(result.stdout) : null
}

/** The compiler that the first line of `--version` names. */
export function readCompilerVersion(output: string): Build['compiler'] {
  const full = output.split('\n', 1)[0]?.trim() ?? ''
  const clang = /clang version (\S+)/.exec(full)?.[1]
  if (clang !== undefined) return { name: 'clang', version: clang, full }
  // The last number of the line: the words before it are the distribution's.
  const gcc = full.match(/\d+(?:\.\d+)+/g)?.at(-1)
  return gcc === undefined ? null : { name: 'gcc', version: gcc, full }
}
