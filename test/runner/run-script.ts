import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Scope } from './expressions.ts'
import type { Frame, JobState } from './job-state.ts'
import type { Conclusion } from './result.ts'
import type { StepLog } from './step-log.ts'
import { runStepProcess } from './step-process.ts'
import { evaluateString } from './templates.ts'
import { InvalidFile, type StepDefinition } from './workflow-file.ts'

interface Shell {
  readonly command: string
  readonly extension: string
}

/** Shells by name. Source: GitHub's workflow syntax. */
const shells: Readonly<Record<string, Shell>> = {
  bash: { command: 'bash --noprofile --norc -e -o pipefail {0}', extension: '.sh' },
  pwsh: { command: `pwsh -command ". '{0}'"`, extension: '.ps1' },
  python: { command: 'python3 {0}', extension: '.py' },
  sh: { command: 'sh -e {0}', extension: '.sh' },
}

/** What runs a script when no shell is named: bash without pipefail, else sh. */
function defaultShell(path: string): Shell {
  const hasBash = path.split(':').some((folder) => existsSync(join(folder, 'bash')))
  return { command: hasBash ? 'bash -e {0}' : 'sh -e {0}', extension: '.sh' }
}

/** Runs a `run` step. @throws ExpressionFailure, InvalidFile */
export async function runScript(
  step: StepDefinition,
  frame: Frame,
  job: JobState,
  call: {
    readonly scope: Scope
    readonly environment: Readonly<Record<string, string>>
    readonly github: Readonly<Record<string, unknown>>
    readonly signal: AbortSignal
    readonly log: StepLog
  },
): Promise<Conclusion> {
  const { scope, log } = call
  const script = evaluateString(step.run, scope)
  const named =
    step.shell === undefined ? (frame.isComposite ? undefined : job.defaults.shell) : evaluateString(step.shell, scope)
  if (named === undefined && frame.isComposite) throw new InvalidFile('Required property is missing: shell')
  const given = step['working-directory'] === undefined ? undefined : evaluateString(step['working-directory'], scope)
  const folder = given ?? (frame.isComposite ? undefined : job.defaults.workingDirectory)
  const shell = chooseShell(named, call.environment['PATH'] ?? job.host.baseEnvironment()['PATH'] ?? '')
  const file = join(job.places.temp, `${randomUUID()}${shell.extension}`)
  await mkdir(job.places.temp, { recursive: true })
  await writeFile(file, script.endsWith('\n') ? script : `${script}\n`, { mode: 0o755 })
  log.say(`##[group]Run ${script.trimStart().split('\n', 1)[0] ?? ''}`)
  for (const line of script.trimEnd().split('\n')) log.say(line)
  log.say(`shell: ${shell.command}`)
  log.say('##[endgroup]')
  const [program = 'sh', ...args] = splitCommand(shell.command).map((word) => word.replaceAll('{0}', file))
  const cwd = folder === undefined ? job.places.workspace : resolve(job.places.workspace, folder)
  return runStepProcess(
    { file: program, args, cwd, environment: call.environment, github: call.github, signal: call.signal },
    job,
    log,
  )
}

function chooseShell(named: string | undefined, path: string): Shell {
  if (named === undefined || named === '') return defaultShell(path)
  const known = shells[named]
  if (known !== undefined) return known
  if (named.includes('{0}')) return { command: named, extension: shells[named.split(' ', 1)[0] ?? '']?.extension ?? '' }
  throw new InvalidFile(
    `Invalid shell option. Shell must be a valid built-in (bash, sh, cmd, powershell, pwsh) or a format string containing '{0}'`,
  )
}

function splitCommand(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '')
}
