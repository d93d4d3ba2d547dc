import { setTimeout as sleep } from 'node:timers/promises'
import { pullCommand } from '#container/container-commands'
import type { Engine } from '#container/container-spec'
import { engineEnvironment } from '#container/engine-environment'
import { LkftError } from '#errors/lkft-error'
import { type CommandLine, formatCommandLine } from '#process/command-line'
import type { StageContext } from '#log/reporter'
import { runCommand } from '#process/run-command'

/** An image that is on this machine. */
export interface LocalImage {
  /** The engine's id of it: what a container is started from. */
  readonly id: string
  /** Digest of its manifest as a registry knows it, else the id; `sha256:…`. */
  readonly digest: string
}

const pullAttempts = 3

/**
 * Finds an image, pulling it first when it is not here.
 *
 * @param pull false: never ask a registry
 * @throws LkftError CONTAINER_FAILED naming the step, TOOL_MISSING when the engine is not installed
 */
export async function findImage(
  engine: Engine,
  image: string,
  options: { readonly pull: boolean; readonly context: StageContext; readonly waitMs?: number },
): Promise<LocalImage> {
  const here = await inspectImage(engine, image, options.context.signal)
  if (here !== undefined) return here
  if (!options.pull) {
    throw new LkftError('CONTAINER_FAILED', `the image ${image} is not on this machine`, {
      hint: `Build it, or use --runtime ${engine} to pull it.`,
    })
  }
  await pullImage(engine, image, options)
  const pulled = await inspectImage(engine, image, options.context.signal)
  if (pulled === undefined) throw new LkftError('CONTAINER_FAILED', `${engine} pulled ${image} but does not know it`)
  return pulled
}

async function pullImage(
  engine: Engine,
  image: string,
  { context, waitMs = 2000 }: { readonly context: StageContext; readonly waitMs?: number },
): Promise<void> {
  const command = pullCommand(engine, image)
  let said = ''
  for (let attempt = 1; attempt <= pullAttempts; attempt++) {
    if (attempt > 1) await sleep(waitMs * 4 ** (attempt - 2), undefined, { signal: context.signal })
    context.reporter.command(formatCommandLine({ argv: command.argv }))
    const result = await runCommand(command, { signal: context.signal })
    if (result.exitCode === 0) return
    said = lastLine(result.stderr)
    if (result.cancelled || /manifest unknown|not found|denied|unauthorized|repository does not exist/i.test(said))
      break
  }
  throw new LkftError('CONTAINER_FAILED', `cannot pull ${image}: ${said}`)
}

async function inspectImage(engine: Engine, image: string, signal: AbortSignal): Promise<LocalImage | undefined> {
  const command: CommandLine = {
    argv: [engine, 'image', 'inspect', '--format={{.Id}} {{json .RepoDigests}}', image],
    env: engineEnvironment(),
  }
  const result = await runCommand(command, { signal })
  if (result.exitCode !== 0) {
    // An engine that does not work at all must not look like a missing image.
    if (/no such image|not known|not found|failed to find image/i.test(result.stderr)) return undefined
    throw new LkftError('CONTAINER_FAILED', `${engine} does not work: ${lastLine(result.stderr)}`)
  }
  const [id = '', json = '[]'] = result.stdout.trim().split(' ')
  const full = id.startsWith('sha256:') ? id : `sha256:${id}`
  const digests = (JSON.parse(json) ?? []) as readonly string[]
  return { id: full, digest: chooseDigest(digests, image) ?? full }
}

/** The digest under the name that was asked for, else any. */
function chooseDigest(digests: readonly string[], image: string): string | undefined {
  const asked = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
  if (asked !== undefined) return asked
  const name = image.replace(/:[^/:]+$/, '')
  const found = digests.find((entry) => entry.startsWith(`${name}@`)) ?? digests[0]
  return found?.split('@')[1]
}

/** What the engine said last, without its own prefix. */
export function lastLine(text: string): string {
  return (text.trimEnd().split('\n').at(-1) ?? '').replace(/^Error: /, '') || 'it said nothing'
}
