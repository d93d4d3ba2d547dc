import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { firstDifferentSection, readElfSections } from '#build/elf-sections'

const node = readFileSync('/proc/self/exe').subarray(0)

test('the sections of a real program are read with their names', () => {
  const names = readElfSections(node)?.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['.text', '.rodata', '.shstrtab']))
})

test('a changed byte is found in the section it is in', () => {
  const section = readElfSections(node)?.find(({ name }) => name === '.rodata')
  const other = Buffer.from(node)
  const at = (section?.offset ?? 0) + 10
  other[at] = (other[at] ?? 0) ^ 0xff
  expect(firstDifferentSection(node, other)).toBe('.rodata')
  expect(firstDifferentSection(Buffer.from('text'), other)).toBeUndefined()
})

test('no bytes make the reader throw', () => {
  const header = fc.uint8Array({ minLength: 48, maxLength: 300 })
  fc.assert(
    fc.property(header, fc.constantFrom(1, 2), fc.constantFrom(1, 2), (bytes, size, order) => {
      readElfSections(Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, size, order]), bytes]))
    }),
  )
})
