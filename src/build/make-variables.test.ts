import { expect, test } from 'vitest'
import { findArchitecture } from '#build/architectures'
import { completeBuildRequest, type BuildOptions } from '#build/build-request'
import { imageOf } from '#build/image-file'
import { checkMakeVariables, makeVariables } from '#build/make-variables'
import { parseToolchain } from '#build/toolchains'

const compat = 'arm-linux-gnueabihf-'

function line(targetArch: string, toolchain: string, more: Partial<BuildOptions> = {}): string {
  const request = completeBuildRequest({ source: '.', outputDir: 'o', targetArch, toolchain, ...more })
  const architecture = findArchitecture(targetArch)
  const found = architecture.compatPrefixes === undefined || request.native ? undefined : compat
  const variables = makeVariables(request, architecture, parseToolchain(toolchain), '/B', found)
  const words = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
  return [...words.sort(), imageOf(architecture, request.kernelImage).goal].join(' | ')
}

function golden(words: string): string {
  const all = words.split(' | ')
  return [...all.slice(0, -1).sort(), all.at(-1)].join(' | ')
}

// TuxMake 1.43's own command lines for the same requests.
test.each<[string, string, Partial<BuildOptions>, string]>([
  ['x86_64', 'gcc', { native: true }, 'bzImage'],
  ['x86_64', 'clang', { native: true }, 'HOSTCC=clang | CC=clang | bzImage'],
  ['x86_64', 'gcc-14', {}, 'ARCH=x86_64 | SRCARCH=x86 | CROSS_COMPILE=x86_64-linux-gnu- | bzImage'],
  [
    'amd64',
    'clang-20',
    {},
    'ARCH=x86_64 | SRCARCH=x86 | CROSS_COMPILE=x86_64-linux-gnu- | HOSTCC=clang | CC=clang | bzImage',
  ],
  ['i386', 'gcc-14', {}, 'ARCH=i386 | SRCARCH=x86 | CROSS_COMPILE=i686-linux-gnu- | bzImage'],
  [
    'aarch64',
    'gcc-14',
    {},
    `ARCH=arm64 | CROSS_COMPILE=aarch64-linux-gnu- | CROSS_COMPILE_COMPAT=${compat} | Image.gz`,
  ],
  [
    'arm64',
    'clang-20',
    {},
    `ARCH=arm64 | CROSS_COMPILE=aarch64-linux-gnu- | HOSTCC=clang | CC=clang | CROSS_COMPILE_COMPAT=${compat} | Image.gz`,
  ],
  [
    'arm64',
    'clang-20',
    { makeVariables: { LLVM: '1', LLVM_IAS: '1' } },
    `ARCH=arm64 | CROSS_COMPILE=aarch64-linux-gnu- | HOSTCC=clang | CC=clang | LLVM=1 | LLVM_IAS=1 | CROSS_COMPILE_COMPAT=${compat} | Image.gz`,
  ],
  [
    'arm64',
    'gcc',
    { wrapper: 'ccache' },
    `ARCH=arm64 | CROSS_COMPILE=aarch64-linux-gnu- | CROSS_COMPILE_COMPAT=${compat} | CC=ccache aarch64-linux-gnu-gcc | HOSTCC=ccache gcc | Image.gz`,
  ],
  [
    'arm64',
    'korg-gcc-14',
    {},
    `ARCH=arm64 | CROSS_COMPILE=/B/gcc-14.2.0-nolibc/aarch64-linux/bin/aarch64-linux- | HOSTCC=gcc | CROSS_COMPILE_COMPAT=${compat} | Image.gz`,
  ],
  ['armhf', 'gcc', {}, 'ARCH=arm | CROSS_COMPILE=arm-linux-gnueabihf- | zImage'],
  ['armv5', 'gcc', {}, 'ARCH=arm | CROSS_COMPILE=arm-linux-gnueabi- | zImage'],
  [
    'armel',
    'korg-gcc',
    {},
    'ARCH=arm | CROSS_COMPILE=/B/gcc-14.2.0-nolibc/arm-linux-gnueabi/bin/arm-linux-gnueabi- | HOSTCC=gcc | zImage',
  ],
  ['riscv', 'gcc-14', {}, 'ARCH=riscv | CROSS_COMPILE=riscv64-linux-gnu- | Image.gz'],
  ['powerpc', 'gcc-14', {}, 'ARCH=powerpc | CROSS_COMPILE=powerpc64le-linux-gnu- | zImage'],
  ['s390', 'gcc-14', {}, 'ARCH=s390 | CROSS_COMPILE=s390x-linux-gnu- | bzImage'],
  ['um', 'gcc-14', {}, 'ARCH=um | linux'],
  [
    'hexagon',
    'clang-20',
    {},
    'ARCH=hexagon | CROSS_COMPILE=hexagon-linux-musl- | LLVM=1 | LLVM_IAS=1 | HOSTCC=clang | CC=clang | vmlinux',
  ],
  [
    'loongarch',
    'clang-20',
    {},
    'ARCH=loongarch | CROSS_COMPILE=loongarch64-linux-gnu- | HOSTCC=clang | CC=clang | LLVM=1 | LLVM_IAS=1 | vmlinuz.efi',
  ],
  ['arc', 'gcc-9', {}, 'ARCH=arc | CROSS_COMPILE=arc-elf32- | HOSTCC=gcc | uImage.gz'],
  ['x86_64', 'rust', {}, 'ARCH=x86_64 | SRCARCH=x86 | CROSS_COMPILE=x86_64-linux-gnu- | bzImage'],
  [
    'x86_64',
    'rustclang',
    {},
    'ARCH=x86_64 | SRCARCH=x86 | CROSS_COMPILE=x86_64-linux-gnu- | HOSTCC=clang | CC=clang | bzImage',
  ],
  ['riscv', 'gcc', { kernelImage: 'vmlinux' }, 'ARCH=riscv | CROSS_COMPILE=riscv64-linux-gnu- | vmlinux'],
  ['x86_64', 'gcc', { makeVariables: { CROSS_COMPILE: '' } }, 'ARCH=x86_64 | SRCARCH=x86 | bzImage'],
])('%s with %s gets the make variables that TuxMake gives', (targetArch, toolchain, more, expected) => {
  expect(line(targetArch, toolchain, more)).toBe(golden(expected))
})

test.each([
  ['-15', 'ccache clang-15'],
  ['/opt/llvm/bin/', 'ccache /opt/llvm/bin/clang'],
  ['1', 'ccache clang'],
])('LLVM=%s names the clang that ccache wraps', (llvm, cc) => {
  expect(line('x86_64', 'gcc', { makeVariables: { LLVM: llvm }, wrapper: 'ccache' })).toContain(`CC=${cc} |`)
})

test('a wrapper given by its path is called by it, and in a container by its name', () => {
  const wrapper = { wrapper: 'ccache', wrapperPath: '/opt/x/ccache' } as const
  expect(line('riscv', 'gcc', wrapper)).toContain('CC=/opt/x/ccache riscv64-linux-gnu-gcc | ')
  expect(line('riscv', 'gcc', { ...wrapper, runtime: 'podman' })).toContain('CC=ccache riscv64-linux-gnu-gcc | ')
})

test('--llvm adds LLVM=1', () => {
  expect(line('x86_64', 'clang', { llvm: true })).toContain('LLVM=1')
})

test.each(['ARCH', 'CC', 'HOSTCC', 'INSTALL_DTBS_PATH', 'INSTALL_MOD_PATH', 'O'])(
  'the variable %s is lkft’s own and refused',
  (name) => {
    expect(() => checkMakeVariables({ [name]: 'x' })).toThrow(`the make variable ${name} is set by lkft`)
  },
)

test('a word that is no variable name is refused', () => {
  expect(() => checkMakeVariables({ '-f/etc/passwd': 'x' })).toThrow("'-f/etc/passwd' is no make variable")
})
