import { constants } from 'node:fs'
import { copyFile, mkdir, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Compression } from '#build/build-request'
import { type BuildSession, BuildStopped } from '#build/build-session'
import type { ArchiveStep, CompressStep, CopyStep } from '#build/target-step'
import { notePacked, packedBefore, packingKey } from '#build/packed-before'
import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'

const suffixes: Readonly<Record<Compression, string>> = { zstd: '.zst', xz: '.xz', none: '' }

/** Compressors whose output depends on nothing but input and version: fixed level, blocks of fixed size, any number of cores. */
const compressors: Readonly<Record<Exclude<Compression, 'none'>, readonly [string, ...string[]]>> = {
  xz: ['xz', '--threads=0', '-6', '--block-size=16MiB'],
  zstd: ['zstd', '-3', '-T0', '-B4MiB'],
}

/** File name of a packed artifact, e.g. `modules.tar.zst`. */
export function artifactName(step: ArchiveStep | CompressStep | CopyStep, compression: Compression): string {
  if (step.kind === 'copy') return step.artifact
  return `${step.artifact}${step.kind === 'archive' ? '.tar' : ''}${suffixes[compression]}`
}

/**
 * The command that packs one artifact, run on the host: sorted names, one owner,
 * one date, no mode bits of the umask, and no `build` and `source` links, which
 * name folders of the machine.
 */
export function packCommand(
  step: ArchiveStep | CompressStep,
  settings: {
    readonly build: string
    readonly compression: Compression
    readonly timestamp: number
    readonly to: string
  },
): CommandLine {
  const { build, compression, timestamp, to } = settings
  if (step.kind === 'compress') {
    const file = join(build, step.file)
    if (compression === 'none') return { argv: ['cp', '--sparse=always', file, to] }
    if (compression === 'xz')
      return { argv: ['sh', '-c', 'xz --threads=0 -6 --block-size=16MiB --stdout "$1" > "$2"', 'xz', file, to] }
    return { argv: [...compressors.zstd, '--quiet', '--force', file, '-o', to] }
  }
  const program = compression === 'none' ? [] : [`--use-compress-program=${compressors[compression].join(' ')}`]
  return {
    argv: [
      'tar',
      '--create',
      `--file=${to}`,
      '--format=gnu',
      '--sort=name',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mode=u=rwX,go=rX',
      `--mtime=@${timestamp}`,
      '--exclude=lib/modules/*/build',
      '--exclude=lib/modules/*/source',
      ...program,
      '-C',
      join(build, step.folder),
      step.content,
    ],
  }
}

/**
 * Makes one artifact in the output directory; a reader sees it whole or not at all.
 *
 * @returns its file name
 * @throws LkftError DISK_FULL or CHILD_FAILED; BuildStopped
 */
export async function packArtifact(
  session: BuildSession,
  step: ArchiveStep | CompressStep | CopyStep,
): Promise<string> {
  const { paths, plan } = session
  const name = artifactName(step, plan.request.compression)
  const target = join(paths.output, name)
  const temporary = `${target}.tmp`
  try {
    await mkdir(paths.output, { recursive: true })
    const key = step.kind === 'copy' ? undefined : await keyOf(session, step)
    const before = key === undefined ? undefined : await packedBefore(paths.build, name, key)
    if (before === target) return name
    const ready = step.kind === 'copy' ? join(paths.build, step.file) : before
    if (ready !== undefined) await copyFile(ready, temporary, constants.COPYFILE_FICLONE)
    else if (step.kind !== 'copy') await pack(session, step, temporary)
    await rename(temporary, target)
    if (key !== undefined) await notePacked(paths.build, name, key, target)
    return name
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

async function pack(session: BuildSession, step: ArchiveStep | CompressStep, to: string): Promise<void> {
  const { paths, plan, context } = session
  const { compression } = plan.request
  const command = packCommand(step, { build: paths.build, compression, timestamp: plan.timestamp, to })
  const result = await runCommand(command, { signal: context.signal })
  if (result.cancelled) throw new BuildStopped('cancelled', 'the build was interrupted')
  if (result.exitCode !== 0) throw await packFailure(session, artifactName(step, compression), result.stderr)
}

/** Only a kept build directory can hold what an earlier build packed; hashing its input costs less than packing again. */
async function keyOf({ paths, plan }: BuildSession, step: ArchiveStep | CompressStep): Promise<string | undefined> {
  const { buildDir, compression } = plan.request
  if (buildDir === undefined) return undefined
  const to = join(paths.output, artifactName(step, compression))
  const command = packCommand(step, { build: paths.build, compression, timestamp: plan.timestamp, to })
  return packingKey(
    command,
    to,
    join(paths.build, step.kind === 'archive' ? join(step.folder, step.content) : step.file),
  )
}

/** tar does not always say why it could not write: then the disk itself is asked. */
async function packFailure(session: BuildSession, name: string, stderr: string): Promise<LkftError> {
  const { bavail, bsize } = await statfs(session.paths.output)
  const isFull = /No space left on device/.test(stderr) || session.diagnostics.sawDiskFull() || bavail * bsize < 65_536
  if (isFull) {
    const hint = 'Free some space or choose another --output-dir.'
    return new LkftError('DISK_FULL', `no space left on the disk to pack ${name}`, { hint })
  }
  return new LkftError('CHILD_FAILED', `cannot pack ${name}: ${stderr.trim().split('\n').at(-1) ?? ''}`)
}
