import fc from 'fast-check'
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compareSizes } from '#build/compare-sizes'
import { readElfSections } from '#build/elf-sections'
import { measureSizes, readFileSections, type Sizes } from '#build/measure-sizes'
import { readProbe } from '#build/probe-environment'

const sizes = (more: Partial<Sizes>): Sizes => ({
  image: 100,
  vmlinux: 1000,
  text: 10,
  data: 10,
  bss: 0,
  sections: { '.text': 10 },
  modules: { 'kernel/fs/a.ko': 5 },
  ...more,
})

test('what changed is listed, the largest change first, with what came and went', () => {
  const after = sizes({ image: 90, sections: { '.text': 10, '.new': 3 }, modules: {} })
  expect(compareSizes(sizes({}), after)).toEqual([
    { what: 'image', before: 100, after: 90 },
    { what: 'module kernel/fs/a.ko', before: 5, after: null },
    { what: 'section .new', before: null, after: 3 },
  ])
  expect(compareSizes(after, after)).toEqual([])
})

test('sections of a real program are measured without reading it, and a file that is none has none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-sizes-'))
  await symlink('/proc/self/exe', join(folder, 'vmlinux'))
  const program = await readFile('/proc/self/exe')
  const measured = await measureSizes(folder, null)
  expect(measured.vmlinux).toBe(program.length)
  expect(await readFileSections(join(folder, 'vmlinux'))).toEqual(readElfSections(program))
  expect(measured.sections['.bss']).toBeGreaterThan(0)
  expect(measured.text).toBeGreaterThan(measured.sections['.text'] ?? 0)
  await rm(join(folder, 'vmlinux'))
  await writeFile(join(folder, 'vmlinux'), Buffer.concat([program.subarray(0, 64)]))
  expect(await measureSizes(folder, 7)).toMatchObject({ image: 7, vmlinux: 64, text: null, sections: {} })
  await rm(folder, { recursive: true })
})

test('the probe’s lines are tools and the system; no line makes it throw', () => {
  expect(readProbe('bc\tbc 1.07.1\nmake\tGNU Make 4.3\n@NAME\t"Debian GNU/Linux"\n@VERSION_ID\t"12"\nnoise\n')).toEqual(
    {
      tools: { bc: 'bc 1.07.1', make: 'GNU Make 4.3' },
      system: 'Debian GNU/Linux',
      systemVersion: '12',
    },
  )
  fc.assert(fc.property(fc.string(), (text) => void readProbe(text)))
})
