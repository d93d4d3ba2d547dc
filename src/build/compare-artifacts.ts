import { lstat, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { firstDifferentSection } from '#build/elf-sections'
import { runForOutput } from '#process/run-command'
import type { Build } from '#schema/documents'

/** Where two builds of the same thing first differ, for one artifact. */
export interface ArtifactDifference {
  readonly artifact: string
  /** File inside an archive, or the artifact itself. */
  readonly file: string
  /** ELF section, or what else can be said of the place. */
  readonly section: string | null
}

/**
 * Compares the artifacts of two finished builds by hash, and looks into those
 * that differ: through compression and tar down to the file and its section.
 *
 * @returns one entry for each artifact that differs; logs are not compared
 */
export async function compareArtifacts(
  first: { readonly directory: string; readonly build: Build },
  second: { readonly directory: string; readonly build: Build },
): Promise<readonly ArtifactDifference[]> {
  const others = new Map(second.build.artifacts.map((artifact) => [artifact.name, artifact]))
  const found: ArtifactDifference[] = []
  for (const { name, kind, sha256 } of first.build.artifacts) {
    if (kind === 'log') continue
    const other = others.get(name)
    if (other === undefined) found.push({ artifact: name, file: name, section: 'missing in the second build' })
    else if (other.sha256 !== sha256) {
      const place = await locate(join(first.directory, name), join(second.directory, name), name)
      found.push({ artifact: name, ...place })
    }
  }
  return found
}

async function locate(a: string, b: string, name: string): Promise<{ file: string; section: string | null }> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-compare-'))
  try {
    if (/\.tar(?:\.zst|\.xz)?$/.test(name)) return await locateInArchive(a, b, folder)
    const [left, right] = await Promise.all([expand(a, join(folder, 'a')), expand(b, join(folder, 'b'))])
    return { file: name.replace(/\.(?:zst|xz)$/, ''), section: sectionOf(left, right) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function expand(file: string, to: string): Promise<Buffer> {
  if (file.endsWith('.zst')) await runForOutput({ argv: ['zstd', '-dqf', file, '-o', to] })
  else if (file.endsWith('.xz')) await runForOutput({ argv: ['sh', '-c', 'xz -dc "$1" > "$2"', 'xz', file, to] })
  else return readFile(file)
  return readFile(to)
}

async function locateInArchive(
  a: string,
  b: string,
  folder: string,
): Promise<{ file: string; section: string | null }> {
  const [left, right] = [join(folder, 'a'), join(folder, 'b')]
  for (const [archive, to] of [
    [a, left],
    [b, right],
  ] as const) {
    await runForOutput({ argv: ['mkdir', '-p', to] })
    await runForOutput({ argv: ['tar', '--no-same-owner', '-xf', archive, '-C', to] })
  }
  const names = [
    ...new Set([...(await readdir(left, { recursive: true })), ...(await readdir(right, { recursive: true }))]),
  ]
  for (const name of names.sort()) {
    const place = await differenceOf(join(left, name), join(right, name))
    if (place !== undefined) return { file: name, section: place }
  }
  return { file: 'the archive itself', section: 'order, owner, mode or date of its members' }
}

async function differenceOf(a: string, b: string): Promise<string | null | undefined> {
  const [left, right] = await Promise.all([a, b].map(async (path) => lstat(path).catch(() => undefined)))
  if (left === undefined || right === undefined) return 'only in one of the builds'
  if (left.mode !== right.mode) return 'file mode'
  if (left.isSymbolicLink()) return (await readlink(a)) === (await readlink(b)) ? undefined : 'link target'
  if (!left.isFile()) return undefined
  const [one, two] = await Promise.all([readFile(a), readFile(b)])
  return one.equals(two) ? undefined : sectionOf(one, two)
}

function sectionOf(a: Buffer, b: Buffer): string | null {
  const section = firstDifferentSection(a, b)
  if (section !== undefined) return section
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at === Math.min(a.length, b.length) && a.length === b.length ? null : `byte ${at}`
}
