import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { billOfMaterials } from '#build/sbom'
import type { Build } from '#schema/documents'
import { checkBill } from '../../test/support/cyclonedx.ts'

const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/examples/build.json'), 'utf8'),
) as Build

test('a bill of materials is valid by CycloneDX’s own schema, with and without git, container and compiler', () => {
  const source = { ...example.source, git: null }
  const bare: Build = { ...example, source, compiler: null, container: null, tools: {} }
  for (const build of [example, bare]) {
    const bill = billOfMaterials(build, 1_700_000_000)
    expect(checkBill(bill)).toEqual([])
    expect(checkBill({ ...bill, components: [{ type: 'kernel', name: 'linux' }] })).not.toEqual([])
    expect(checkBill({ ...bill, unknown: true })).not.toEqual([])
  }
}, 30_000)

interface Bill {
  readonly components: readonly object[]
  readonly formulation: readonly [{ readonly components: readonly object[] }]
}

test('a compiler that is a tool too stands once among what the kernel was made with, as CycloneDX wants', () => {
  const full = 'Debian clang version 14.0.6'
  const build: Build = {
    ...example,
    compiler: { name: 'clang', version: '14.0.6', full },
    tools: { clang: full, 'ld.lld': 'Debian LLD 14.0.6' },
  }
  const { components, formulation } = billOfMaterials(build, 0) as Bill
  for (const list of [components, formulation[0].components]) {
    const texts = list.map((component) => JSON.stringify(component))
    expect(new Set(texts).size).toBe(texts.length)
  }
  expect(JSON.stringify(formulation)).toContain('Debian LLD 14.0.6')
})
