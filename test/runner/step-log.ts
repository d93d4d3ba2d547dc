import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CommandInterpreter } from './workflow-commands.ts'
import type { CommandFiles } from './command-files.ts'
import { CommandFileError, largestSummary, parsePairs, readCommandFile } from './command-files.ts'
import type { JobState } from './job-state.ts'
import type { Annotation } from './result.ts'
import { issueLimits, type StepSink } from './step-sink.ts'

/** What one step says and sets while it runs. */
export interface StepLog {
  readonly lines: string[]
  readonly annotations: Annotation[]
  readonly outputs: Record<string, string>
  readonly state: Record<string, string>
  summary: string
  commandFailed: boolean
  /** A line of the process's output, commands and all. */
  readonly output: (line: string) => void
  /** A line of the runner's own. */
  readonly say: (line: string) => void
  readonly issue: (level: Annotation['level'], message: string) => void
}

/** Makes a step's log; `environment` is what its process sees. */
export function openStepLog(
  job: JobState,
  environment: Readonly<Record<string, string>>,
  saved: Record<string, string>,
): StepLog {
  const counts = new Map<Annotation['level'], number>()
  const say = (line: string): void => {
    const masked = job.masker.mask(line)
    log.lines.push(masked)
    job.log(masked)
  }
  const issue = (annotation: Annotation, shown?: string): void => {
    const message = job.masker.mask(annotation.message).slice(0, issueLimits.messageLength)
    const count = (counts.get(annotation.level) ?? 0) + 1
    counts.set(annotation.level, count)
    if (count <= issueLimits.perLevel) log.annotations.push({ ...annotation, message })
    say(`##[${annotation.level}]${shown ?? message}`)
  }
  const sink: StepSink = {
    log: say,
    line: (line) => {
      const found = job.matchers.match(line)
      if (found === undefined) say(line)
      else issue(found, line)
    },
    addMatcher: (file) => addMatcher(job, file),
    removeMatcher: (owner) => job.matchers.remove(owner),
    issue,
    addMask: (secret) => job.masker.add(secret),
    setOutput: (name, value) => (log.outputs[name] = value),
    saveState: (name, value) => (saved[name] = value),
    setEnvironment: (name, value) => setEnvironment(job, log, name, value),
    addPath: (folder) => addPath(job, folder),
    environment: (name) => environment[name],
    fail: () => (log.commandFailed = true),
  }
  const interpreter = new CommandInterpreter(sink)
  const log: StepLog = {
    lines: [],
    annotations: [],
    outputs: {},
    state: saved,
    summary: '',
    commandFailed: false,
    output: (line) => interpreter.line(line),
    say,
    issue: (level, message) => issue({ level, message }),
  }
  return log
}

function addMatcher(job: JobState, file: string): string | undefined {
  if (file === '') return 'Expected file path to not be empty'
  try {
    job.matchers.add(readFileSync(resolve(job.places.workspace, file), 'utf8'))
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Does what a step asked for in its command files. A file that is not right fails the step. */
export async function followCommandFiles(files: CommandFiles, job: JobState, log: StepLog): Promise<void> {
  const follow = async (name: string, file: string, use: (text: string) => void): Promise<void> => {
    try {
      use(await readCommandFile(file))
    } catch (error) {
      if (!(error instanceof CommandFileError)) throw error
      log.issue('error', `Unable to process file command '${name}' successfully.`)
      log.issue('error', error.message)
      log.commandFailed = true
    }
  }
  await follow('path', files.GITHUB_PATH, (text) => {
    for (const folder of text.split(/\r\n|\r|\n/)) if (folder !== '') addPath(job, folder)
  })
  await follow('env', files.GITHUB_ENV, (text) => {
    for (const [name, value] of parsePairs(text)) setEnvironment(job, log, name, value)
  })
  await follow('output', files.GITHUB_OUTPUT, (text) => {
    for (const [name, value] of parsePairs(text)) log.outputs[name] = value
  })
  await follow('state', files.GITHUB_STATE, (text) => {
    for (const [name, value] of parsePairs(text)) log.state[name] = value
  })
  await follow('step_summary', files.GITHUB_STEP_SUMMARY, (text) => {
    const bytes = Buffer.byteLength(text)
    if (bytes <= largestSummary) log.summary = job.masker.mask(text)
    else {
      const size = Math.floor(bytes / 1024)
      log.issue('error', `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${size}k.`)
    }
  })
}

function setEnvironment(job: JobState, log: StepLog, name: string, value: string): void {
  if (name.toUpperCase() === 'NODE_OPTIONS') {
    log.issue('error', "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.")
    return
  }
  job.environment[name] = value
}

function addPath(job: JobState, folder: string): void {
  const at = job.path.indexOf(folder)
  if (at >= 0) job.path.splice(at, 1)
  job.path.unshift(folder)
}
