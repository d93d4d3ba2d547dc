import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** Folder of the clone. */
export const lkftRoot = join(import.meta.dirname, '../..')

/** Path of the command. */
export const lkftProgram = join(lkftRoot, 'bin/lkft')

export interface LkftResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `bin/lkft` as a user does; `started` gets the process and all it has said so far, e.g. to send it a signal. */
export async function runLkft(
  words: readonly string[],
  options: {
    readonly cwd?: string
    readonly env?: Readonly<Record<string, string>>
    readonly started?: (pid: number, told: () => string) => void
  } = {},
): Promise<LkftResult> {
  const child = spawn(lkftProgram, words, {
    cwd: options.cwd ?? lkftRoot,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')))
  if (child.pid !== undefined) options.started?.(child.pid, () => stdout + stderr)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { code, stdout, stderr }
}
