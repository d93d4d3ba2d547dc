import { runCommand } from '#process/run-command'

export interface JobOutcome {
  readonly ok?: unknown
  readonly error?: string
  readonly output: string
}

export interface JobSurroundings {
  readonly url: string
  readonly token: string
  readonly workspace: string
  readonly more?: Readonly<Record<string, string>>
}

/** Runs one step of `job.ts` in a process with only the variables that a runner gives. */
export async function runJob(surroundings: JobSurroundings, ...args: readonly string[]): Promise<JobOutcome> {
  const { url, token, workspace, more } = surroundings
  const env = {
    ACTIONS_RESULTS_URL: url,
    ACTIONS_CACHE_URL: url,
    ACTIONS_RUNTIME_TOKEN: token,
    ACTIONS_CACHE_SERVICE_V2: 'true',
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: workspace,
    GITHUB_API_URL: url.replace(/\/$/, ''),
    GITHUB_REPOSITORY: 'lab/linux',
    ...more,
  }
  const words = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const script = new URL('./job.ts', import.meta.url).pathname
  const { stdout, stderr } = await runCommand({
    argv: ['env', ...words, process.execPath, script, ...args],
    cwd: workspace,
  })
  const line = stdout.split('\n').findLast((one) => one.startsWith('RESULT '))
  const result = line === undefined ? { error: `no result: ${stderr}` } : (JSON.parse(line.slice(7)) as object)
  return { ...result, output: stdout }
}
