import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectResults } from '#github/collect-results'
import type { ArtifactStore } from '#github/artifacts'
import { silentReporter } from '#log/reporter'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-collect-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const refuse = (): never => {
  throw new Error('not asked for')
}

/** A store of artifacts that hold one file each. */
function storeOf(files: Readonly<Record<string, string>>): ArtifactStore {
  return {
    upload: refuse,
    downloadArchive: refuse,
    list: async () => Object.keys(files),
    download: async (name, directory) => {
      const file = join(directory, files[name] ?? refuse())
      await mkdir(join(file, '..'), { recursive: true })
      await writeFile(file, '{}')
    },
  }
}

test("what another job uploaded under our names is told and left out, and hides no other's results", async () => {
  const store = storeOf({
    'lkft.records.a.a1': 'build.json',
    'lkft.run.a.qemu.a1': 'shard-1/run.json',
    'lkft.records.@octo.a1': 'notes',
    'other.run.b.a1': 'run.json',
  })
  const warnings: string[] = []
  const reporter = { ...silentReporter, warn: (text: string) => void warnings.push(text) }
  const folders = await collectResults(store, 'lkft', folder, { reporter, signal: new AbortController().signal })
  expect(folders.map((one) => relative(folder, one))).toEqual(['records/a', 'run/a.qemu'])
  expect(warnings).toEqual(['The artifact lkft.records.@octo.a1 holds no run and no build: left out.'])
})
