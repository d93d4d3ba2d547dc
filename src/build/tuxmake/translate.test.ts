import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitWords } from '#process/split-words'
import { tuxmakeOptions } from '#build/tuxmake/options'
import { translateTuxmake } from '#build/tuxmake/translate'
import { quoteWord } from '#process/command-line'

const files: Readonly<Record<string, readonly string[]>> = { mine: ['-t', 'clang-20', 'LLVM=1'] }
const translate = (text: string): string => translateTuxmake(text, (name) => files[name] ?? []).join(' ')

test.each<[string, string]>([
  ['tuxmake', '--compression-type xz'],
  [
    'tuxmake -r podman -a arm64 -t gcc-14 -k defconfig -K kvm_guest.config --kconfig-add CONFIG_X=y config kernel',
    '--compression-type xz --runtime podman --target-arch arm64 --toolchain gcc-14 --kconfig defconfig --kconfig-add kvm_guest.config --kconfig-add CONFIG_X=y config kernel',
  ],
  ['tuxmake -j8 -znone -C ~/linux', '--jobs 8 --compression-type none --source ~/linux'],
  ['/usr/bin/tuxmake -i reg:5000/x', '--runtime docker --compression-type xz --image reg:5000/x'],
  ['tuxmake --image-registry=ghcr.io', '--runtime docker --compression-type xz --image-registry ghcr.io'],
  ['tuxmake @mine kernel', '--compression-type xz --toolchain clang-20 LLVM=1 kernel'],
  ['tuxmake -Fv -w /usr/lib/ccache', '--compression-type xz --fail-fast --verbose --wrapper /usr/lib/ccache'],
  ['tuxmake -M vmlinux -e A=b=c drivers/tty/', '--compression-type xz make:vmlinux --environment A=b=c drivers/tty/'],
  ['tuxmake --target=riscv tinyconfig', '--compression-type xz --target-arch riscv tinyconfig'],
  ['tuxmake --quiet --color never', '--compression-type xz'],
])('%s becomes lkft build %s', (text, expected) => {
  expect(translate(text)).toBe(expected)
})

test('every word without a translation is named, all at once', () => {
  expect(() => translate('tuxmake --version -w distcc --frobnicate -a')).toThrow(
    /--version \(.*\); --wrapper distcc \(.*\); --frobnicate; -a \(it needs a value\)/,
  )
})

test('the table has every option of TuxMake 1.43, short and long', () => {
  const short = 'A C F I K M R T V a b c d e h i j k o p q r s t v w z'
  const long =
    'directory korg-toolchains-directory output-dir build-dir compression-type download-all-korg-gcc-toolchains target-arch kconfig kconfig-add kernel-image make-target toolchain wrapper environment jobs runtime image-registry image docker-image fail-fast verbose quiet help version list-architectures list-toolchains list-runtimes print-support-matrix check-environment color pre-build-hook post-build-hook results-hook debug shell'
  const all = [...short.split(' ').map((name) => `-${name}`), ...long.split(' ').map((name) => `--${name}`)]
  expect(tuxmakeOptions.flatMap((option) => option.names).sort()).toEqual(all.sort())
})

test('every option of TuxMake is in the table once, and all words lkft gets for it are its own options', () => {
  const names = tuxmakeOptions.flatMap((option) => option.names)
  expect(new Set(names).size).toBe(names.length)
  expect(tuxmakeOptions.map(({ names: [name] }) => name)).toEqual(
    tuxmakeOptions.map(({ names: [name] }) => name).sort(),
  )
})

test('what is quoted for a shell is split into the same words', () => {
  const word = fc
    .string()
    .filter((text) => !/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/.test(text))
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(splitWords(words.map(quoteWord).join(' '))).toEqual(words)
    }),
  )
})

test('double quotes and line ends read as in a shell', () => {
  expect(splitWords('a "b \\" $c" \\\n d\\ e \'f"g\'')).toEqual(['a', 'b " $c', 'd e', 'f"g'])
  expect(() => splitWords("it's")).toThrow(`"it's" has an open '`)
  expect(() => splitWords('a \\')).toThrow('ends in a backslash')
})
