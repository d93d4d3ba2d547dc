import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { copyBundle } from './built-actions.ts'
import { throwawayFolder } from './throwaway-folder.ts'

export interface ActionRequest {
  readonly action: string
  /** What a workflow gives under `with:`; the rest comes from action.yml, expressions as empty strings. */
  readonly inputs: Readonly<Record<string, string>>
  readonly event?: { readonly name: string; readonly payload: object }
  readonly environment?: Readonly<Record<string, string>>
  /** The job's checkout; an empty folder when absent. */
  readonly workspace?: string
  /** Runs the action's `post` too, when `main` is over. */
  readonly post?: boolean
  /** Sends this signal once the log holds the text. */
  readonly interrupt?: { readonly when: string; readonly signal: NodeJS.Signals }
}

export interface ActionRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** What `post` printed; empty when it was not asked for. */
  readonly postLog: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  /** RUNNER_TEMP, where the action works. */
  readonly temp: string
}

/** Tested commit of the made-up event. */
const testedCommit = '1234567890abcdef1234567890abcdef12345678'

/**
 * Runs the real bundle of an action, alone in a folder of its own, the way
 * GitHub's runner does: inputs by environment, command files, nothing else of
 * this process's environment.
 */
export async function runAction(request: ActionRequest): Promise<ActionRun> {
  const bundle = await copyBundle(request.action)
  const temp = await throwawayFolder()
  const workspace = request.workspace ?? join(temp, 'workspace')
  await mkdir(workspace, { recursive: true })
  const event = request.event ?? { name: 'push', payload: {} }
  await writeFile(join(temp, 'event.json'), JSON.stringify(event.payload))
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_ENV: 'env', GITHUB_PATH: 'path' }
  for (const name of [...Object.values(files), 'summary']) await writeFile(join(temp, name), '')
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: join(temp, 'event.json'),
    GITHUB_REPOSITORY: 'octo/linux',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_RUN_ID: '77',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_SHA: testedCommit,
    GITHUB_STEP_SUMMARY: join(temp, 'summary'),
    GITHUB_WORKFLOW_REF: 'octo/linux/.github/workflows/kernel.yml@refs/heads/main',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: join(temp, 'runner-temp'),
    ...Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(temp, file)])),
    ...inputEnvironment(await readFile(join(bundle, 'action.yml'), 'utf8'), request.inputs),
    ...request.environment,
  }
  const main = await runBundle(bundle, workspace, env, request.interrupt)
  const state = Object.entries(parseCommandFile(await readFile(join(temp, 'state'), 'utf8')))
  const saved = Object.fromEntries(state.map(([name, value]) => [`STATE_${name}`, value]))
  const post = request.post === true ? await runBundle(bundle, workspace, { ...env, ...saved }) : undefined
  return {
    ...main,
    postLog: post === undefined ? '' : post.stdout + post.stderr,
    outputs: parseCommandFile(await readFile(join(temp, 'output'), 'utf8')),
    summary: await readFile(join(temp, 'summary'), 'utf8'),
    temp,
  }
}

async function runBundle(
  bundle: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
  interruption?: ActionRequest['interrupt'],
): Promise<Pick<ActionRun, 'exitCode' | 'stdout' | 'stderr'>> {
  const child = spawn(process.execPath, [join(bundle, 'dist/index.js')], { cwd, env })
  let stdout = ''
  let stderr = ''
  let interrupt = interruption
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
    if (interrupt === undefined || !stdout.includes(interrupt.when)) return
    child.kill(interrupt.signal)
    interrupt = undefined
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, stdout, stderr }
}

function inputEnvironment(actionFile: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const { inputs } = parse(actionFile) as { inputs: Record<string, { default?: string }> }
  const unknown = Object.keys(given).filter((name) => !(name in inputs))
  if (unknown.length > 0) throw new Error(`no input ${unknown.join(', ')}`)
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { default: value = '' }]) => [
      `INPUT_${name.toUpperCase()}`,
      given[name] ?? (value.includes('${{') ? '' : value),
    ]),
  )
}

/** Reads a command file in the heredoc form that @actions/core writes, as the runner does. */
function parseCommandFile(text: string): Record<string, string> {
  const values: Record<string, string> = {}
  const lines = text.split('\n')
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue
    const at = line.indexOf('<<')
    if (at < 1) throw new Error(`not a heredoc: ${line}`)
    const value: string[] = []
    const delimiter = line.slice(at + 2)
    for (let next = lines.shift(); next !== delimiter; next = lines.shift()) {
      if (next === undefined) throw new Error(`no end of ${line}`)
      value.push(next)
    }
    values[line.slice(0, at)] = value.join('\n')
  }
  return values
}
