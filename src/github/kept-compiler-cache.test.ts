import { expect, test } from 'vitest'
import { cacheKeyPrefixes } from '#github/kept-compiler-cache'

const one = { targetArch: 'arm64', toolchain: 'clang-19', kconfig: 'defconfig', kconfigAdd: ['CONFIG_A=y'] }

test('each architecture, toolchain and configuration has a key of its own, and the configuration counts last', () => {
  const [family, wide] = cacheKeyPrefixes(one)
  expect(family).toMatch(/^lkft-ccache-arm64-clang-19-[0-9a-f]{12}-$/)
  expect(family.startsWith(wide)).toBe(true)
  const others = [{ targetArch: 'riscv' }, { toolchain: 'gcc' }, { llvm: true }, { wrapper: 'sccache' as const }]
  for (const other of others) expect(cacheKeyPrefixes({ ...one, ...other })[1]).not.toBe(wide)
  for (const other of [{ kconfig: 'tinyconfig' }, { kconfigAdd: [] }, { kconfigAdd: ['CONFIG_A=m'] }]) {
    const [narrow, same] = cacheKeyPrefixes({ ...one, ...other })
    expect(same).toBe(wide)
    expect(narrow).not.toBe(family)
  }
})

test('a key has no character that GitHub refuses, such as a comma', () => {
  const [family] = cacheKeyPrefixes({ targetArch: 'x86_64', toolchain: '/opt/a b,c/clang', kconfig: 'x,y' })
  expect(family).toMatch(/^[\w.+-]+$/)
})
