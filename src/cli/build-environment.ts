import type { BuildRequest } from '#build/build-request'
import { plainReporter } from '#log/plain-reporter'
import { printable } from '#log/printable'
import { watchInterruption } from '#process/interruption'

/** `lkft build --check-environment`: what is there to build with; exit code 2 when something needed is missing. */
export async function printEnvironment(request: BuildRequest, json: boolean): Promise<void> {
  const { checkEnvironment } = await import('#build/check-environment')
  using interruption = watchInterruption()
  const reporter = plainReporter((line) => process.stderr.write(`${line}\n`))
  const checks = await checkEnvironment(request, { reporter, signal: interruption.signal })
  if (json) process.stdout.write(`${JSON.stringify(checks, null, 2)}\n`)
  else
    for (const { name, status, detail } of checks)
      process.stdout.write(printable(`${status.toUpperCase()}  ${name.padEnd(26)} ${detail}`) + '\n')
  if (checks.some(({ status }) => status === 'fail')) process.exitCode = 2
}
