import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { billOfMaterials } from '#build/sbom'
import type { Build } from '#schema/documents'

const example = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../schemas/examples/build.json'), 'utf8'),
) as Build

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
