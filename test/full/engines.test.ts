import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { type DockerDaemon, rootlessUser, startDocker } from '../support/engines.ts'
import { recordEvidence } from '../support/evidence.ts'
import { type KernelImage, kernelImage, podman } from '../support/kernel-image.ts'
import { runLkft } from '../support/run-lkft.ts'
import { sharedSource } from '../support/shared-kernel.ts'

const run = promisify(execFile)

let folder: string
let source: string
let kernel: KernelImage
let docker: DockerDaemon
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-engines-'))
  await chmod(folder, 0o755)
  source = await sharedSource()
  docker = await startDocker(join(folder, 'docker'))
  kernel = await kernelImage()
  await podman(kernel.env, 'save', '--quiet', '--output', join(folder, 'image.tar'), kernel.image)
  await chmod(join(folder, 'image.tar'), 0o644)
})
afterAll(async () => {
  await docker?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const config = ['64BIT=y', 'MODULES=y', 'EXPERT=y', 'DEBUG_KERNEL=y', 'DEBUG_INFO_DWARF5=y']

function words(runtime: string, place: string): readonly string[] {
  const request = ['build', '-C', source, '-a', 'x86_64', '-k', 'tinyconfig', '-r', runtime, '-i', kernel.image]
  for (const symbol of config) request.push('-K', `CONFIG_${symbol}`)
  const places = ['-o', join(place, 'out'), '-b', join(place, 'build')]
  return request.concat(places, 'config', 'headers', 'make:lib/', 'make:kernel/time/')
}

test('docker, podman as root and rootless podman give the same objects, with DWARF on', async () => {
  const places = [join(folder, 'podman'), join(folder, 'in-docker'), join(folder, 'rootless/home')] as const
  const byRoot = await runLkft(words('podman-local', places[0]), { env: kernel.env })
  expect(byRoot.code, byRoot.stderr).toBe(0)

  const input = ['load', '--quiet', '--input', join(folder, 'image.tar')]
  await run('docker', input, { env: { ...process.env, ...docker.env } })
  const byDocker = await runLkft([...words('docker-local', places[1]), '-j', '1'], { env: docker.env })
  expect(byDocker.code, byDocker.stderr).toBe(0)

  const user = await rootlessUser(join(folder, 'rootless'))
  const quoted = words('podman-local', places[2]).map((word) => `'${word}'`)
  const said = await user.run(`podman load --quiet --input '${folder}/image.tar' >/dev/null
    podman info --format '{{.Host.Security.Rootless}}'
    umask 077; TZ=Asia/Tokyo "$LKFT" ${quoted.join(' ')}`)
  expect(said).toContain('true\n')

  const [first = new Map(), ...others] = await Promise.all(places.map(hashesOf))
  expect(first.size).toBeGreaterThan(50)
  for (const other of others) expect(other).toEqual(first)
  const builds = await Promise.all(places.map(async (place) => readStage('build', join(place, 'out'))))
  expect(builds.map(({ container }) => container?.runtime)).toEqual(['podman-local', 'docker-local', 'podman-local'])
  await recordEvidence({
    claim: 'build-engines',
    command: 'lkft build -a x86_64 -k tinyconfig -r ENGINE -i IMAGE headers make:lib/ make:kernel/time/',
    kernel: builds[0]?.source.kernel_version ?? 'unknown',
    figure: `${first.size} files equal under podman as root, docker as root, rootless podman as nobody with umask 077`,
  })
})

/** sha256 of every object, library, the headers' archive and the configuration of a build. */
async function hashesOf(place: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(join(place, 'build'), { recursive: true, withFileTypes: true })
  const objects = entries.filter((entry) => entry.isFile() && /\.(?:o|a)$/.test(entry.name))
  const files = objects.map((entry) => join(entry.parentPath, entry.name)).sort()
  const all = [...files, join(place, 'out/config'), join(place, 'out/headers.tar.zst')]
  const rows = all.map(async (file): Promise<[string, string]> => [
    relative(place, file),
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ])
  return new Map(await Promise.all(rows))
}
