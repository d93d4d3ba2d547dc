import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The one address of the private network, from the range that RFC 2544 keeps for tests. */
export const privateAddress = '198.18.0.1'

/**
 * Runs a Node program in a network of its own, where every port is free and
 * nothing of the machine is changed. Gives its stdout.
 */
export async function inPrivateNetwork(program: URL, ...args: readonly string[]): Promise<string> {
  const setUp = `ip link set lo up && ip addr add ${privateAddress}/32 dev lo && exec "$@"`
  const words = ['--map-root-user', '--net', 'sh', '-c', setUp, 'sh', process.execPath, fileURLToPath(program), ...args]
  const child = spawn('unshare', words, { stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`${program.pathname} exited with ${code}`)
  return stdout
}
