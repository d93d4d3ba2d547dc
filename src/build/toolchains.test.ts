import { expect, test } from 'vitest'
import { architectures, findArchitecture } from '#build/architectures'
import { completeBuildRequest } from '#build/build-request'
import { chooseImage, withRegistry } from '#build/choose-image'
import { parseToolchain, toolchains } from '#build/toolchains'

test('there are 23 architectures, sorted, and no name or alias is given twice', () => {
  const names = architectures.map(({ name }) => name)
  expect(names).toHaveLength(23)
  expect(names).toEqual([...names].sort())
  const all = architectures.flatMap(({ name, aliases }) => [name, ...aliases])
  expect(new Set(all).size).toBe(all.length)
})

test('every toolchain names only architectures of the table and can be read back', () => {
  const names = new Set(architectures.map(({ name }) => name))
  for (const { name, architectures: list } of toolchains) {
    expect(parseToolchain(name).name).toBe(name)
    for (const architecture of list) expect(names).toContain(architecture)
  }
})

test.each([
  ['gcc-99', 'gcc', '99'],
  ['korg-gcc-14.2.0', 'korg-gcc', '14.2.0'],
  ['clang-nightly', 'clang', 'nightly'],
  ['rust', 'rustgcc', undefined],
  ['rust-1.80', 'rustgcc', '1.80'],
])('%s is of the family %s', (name, family, suffix) => {
  expect(parseToolchain(name)).toEqual({ name, family, suffix })
})

test.each(['tcc', 'gc', 'clnag', 'foo-gcc-9', 'gcc-', ''])('%j is no toolchain', (name) => {
  expect(() => parseToolchain(name)).toThrow(`unknown toolchain '${name}'`)
})

test('an unknown architecture is answered with the nearest names', () => {
  expect(() => findArchitecture('amr64')).toThrow(expect.objectContaining({ hint: expect.stringContaining('arm64') }))
})

function image(targetArch: string, toolchain: string, more = {}): string | undefined {
  const request = completeBuildRequest({
    source: '.',
    outputDir: 'o',
    targetArch,
    toolchain,
    runtime: 'podman',
    ...more,
  })
  return chooseImage(request, findArchitecture(targetArch), parseToolchain(toolchain))
}

test.each([
  ['arm64', 'gcc-14', 'docker.io/tuxmake/arm64_gcc-14'],
  ['um', 'gcc-14', 'docker.io/tuxmake/x86_64_gcc-14'],
  ['riscv', 'korg-gcc-13', 'docker.io/tuxmake/korg-gcc'],
  ['x86_64', 'rustclang', 'docker.io/tuxmake/x86_64_rust'],
])('%s with %s runs in %s', (targetArch, toolchain, expected) => {
  expect(image(targetArch, toolchain)).toBe(expected)
})

test('a pair that TuxMake has no image for is refused with the toolchains that have one', () => {
  expect(() => image('alpha', 'gcc')).toThrow('there is no image for alpha with gcc')
  expect(() => image('um', 'korg-gcc')).toThrow('there is no image for um with korg-gcc')
})

test('--image fills in {arch} and {toolchain}', () => {
  expect(image('riscv', 'gcc-13', { image: 'ghcr.io/x/{arch}:{toolchain}' })).toBe('ghcr.io/x/riscv:gcc-13')
})

test.each([
  ['reg:5000/foo', 'reg:5000/foo'],
  ['localhost/deb:min', 'localhost/deb:min'],
  ['quay.io/a/b@sha256:00', 'quay.io/a/b@sha256:00'],
  ['tuxmake/x', 'docker.io/tuxmake/x'],
  ['debian', 'docker.io/debian'],
])('the image %s is %s', (name, expected) => {
  expect(withRegistry(name)).toBe(expected)
})
