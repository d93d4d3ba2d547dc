import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { podman, podmanEnvironment } from '../support/kernel-image.ts'
import { type LocalRegistry, startRegistry } from '../support/local-registry.ts'
import { type LkftResult, runLkft } from '../support/run-lkft.ts'
import { makeTinyImage } from '../support/tiny-image.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

let folder: string
let tree: string
let registry: LocalRegistry
let env: Readonly<Record<string, string>>
let image: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-lock-'))
  tree = await makeTinyTree(join(folder, 'tree'))
  registry = await startRegistry(join(folder, 'registry'))
  env = { ...(await podmanEnvironment()), ...registry.env }
  image = `${registry.host}/kernel/x86_64_gcc:now`
  await push('first')
})
afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  for (const id of await localImages()) await podman(env, 'image', 'rm', '--force', id)
  await rm(folder, { recursive: true, force: true })
})

/** Makes another image and pushes it under the same tag; nothing of it stays here. */
async function push(mark: string): Promise<void> {
  await makeTinyImage(image, env, mark)
  await podman(env, 'push', '--quiet', image)
  await podman(env, 'image', 'rm', '--force', image)
}

async function localImages(): Promise<readonly string[]> {
  const list = await podman(env, 'image', 'list', '--format={{.ID}} {{.Repository}}')
  return list.split('\n').flatMap((line) => (line.includes(` ${registry.host}/`) ? [line.split(' ', 1)[0] ?? ''] : []))
}

async function lkft(...words: string[]): Promise<LkftResult> {
  return runLkft(words, { env, cwd: folder })
}

async function build(output: string, ...words: string[]): Promise<LkftResult> {
  const base = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-r', 'podman', '-i', image, '-o', output]
  return lkft(...base, 'config', ...words)
}

test('an image without a digest is refused before anything is written, unless that was asked for', async () => {
  const refused = await build('refused')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(/has no digest in .*lkft\.lock/)
  expect(refused.stderr).toContain(`lkft images lock ${image}`)
  expect((await build('unpinned', '--allow-unpinned')).code).toBe(0)
})

test('lkft images lock records what the registry has, and the build takes just that, also when the tag has moved', async () => {
  const locked = await lkft('images', 'lock', image)
  expect(locked).toMatchObject({ code: 0, stdout: expect.stringMatching(/ sha256:[0-9a-f]{64} 20\d\d-/) })
  const digest = /sha256:[0-9a-f]{64}/.exec(locked.stdout)?.[0] ?? ''
  const response = await fetch(`http://${registry.host}/v2/kernel/x86_64_gcc/manifests/now`, {
    headers: {
      accept: 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json',
    },
  })
  expect(response.headers.get('docker-content-digest')).toBe(digest)

  await push('second')
  expect((await build('pinned')).code).toBe(0)
  const record = await readStage('build', join(folder, 'pinned'))
  expect(record.container).toMatchObject({ digest, image: expect.stringContaining(`@${digest}`) })
  expect(await readFile(join(folder, 'pinned/reproduce.sh'), 'utf8')).toContain(`@${digest}`)

  expect((await lkft('images', 'list')).stdout).toContain(digest)
  const again = await lkft('images', 'lock', '--json')
  expect(again.code).toBe(0)
  expect(again.stdout).toMatch(/"digest": "sha256:/)
  expect(again.stdout).not.toContain(digest)
})

test('a registry that does not have it leaves the lock as it was', async () => {
  const before = await readFile(join(folder, 'lkft.lock'), 'utf8')
  const failed = await lkft('images', 'lock', `${registry.host}/kernel/none:1`)
  expect(failed).toMatchObject({ code: 3, stderr: expect.stringMatching(/cannot fetch the digest of .*HTTP 404/) })
  expect(await readFile(join(folder, 'lkft.lock'), 'utf8')).toBe(before)
})

test('a digest that is null is no digest', async () => {
  await writeFile(join(folder, 'null.lock'), JSON.stringify({ version: 1, images: { [image]: { digest: null } } }))
  const refused = await build('null', '--lock-file', 'null.lock')
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/has no digest in .*null\.lock/) })
})

test('nothing to lock is said', async () => {
  expect(await lkft('images', 'lock', '--file', 'empty.lock')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no image was named'),
  })
})
