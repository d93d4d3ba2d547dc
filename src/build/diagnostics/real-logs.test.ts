import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collectDiagnostics } from '#build/diagnostics/collect-diagnostics'
import type { Diagnostic } from '#schema/documents'

// What the tools said in builds of Linux 6.1 by Debian 12's gcc 12, clang 14, lld 14, dtc of the tree, sparse 0.6.4
// (rustc 1.95 on two files) after something in the tree was broken on purpose.

const read = (name: string): string => readFileSync(join(import.meta.dirname, `fixtures/${name}.log`), 'utf8')

function collect(text: string, compiler = 'gcc', sparse = false): readonly Diagnostic[] {
  const collector = collectDiagnostics({ source: '/src', build: '/build/x86', compiler, sparse })
  for (const line of text.split('\n')) collector.push(line, 'kernel')
  collector.flush('kernel')
  return collector.items()
}

const show = ({ tool, level, file, line, flag, message }: Diagnostic): string =>
  `${tool} ${level} ${file ?? ''}:${line ?? ''} ${flag ?? ''} ${message}`.replace(/ +/g, ' ')

/** All errors and warnings of a log; of make only what no other tool explains. */
const told = (name: string): readonly string[] =>
  collect(read(name), name.endsWith('clang') ? 'clang' : 'gcc', name === 'sparse')
    .filter(({ level }) => level !== 'note')
    .map(show)

test.each<[string, readonly string[]]>([
  [
    'gcc',
    [
      "gcc error lib/argv_split.c:38 'lkft_undeclared' undeclared (first use in this function)",
      "gcc warning lib/argv_split.c:37 -Wunused-variable unused variable 'never'",
      "gcc error lib/argv_split.c:45 expected ';' before '}' token",
      "gcc warning lib/argv_split.c:35 -Wunused-function 'lkft_unused' defined but not used",
    ],
  ],
  [
    'clang',
    [
      "clang error lib/argv_split.c:38 use of undeclared identifier 'lkft_undeclared'",
      "clang error lib/argv_split.c:45 expected ';' after expression",
    ],
  ],
  ['objtool', ['objtool warning lib/argv_split.o: lkft_stack+0x4: return with modified stack frame']],
  [
    'rustc',
    [
      'rustc warning rust/kernel/warn.rs:4 unused_mut variable does not need to be mutable',
      'rustc warning rust/kernel/warn.rs:3 unused_variables unused variable: `unused`',
      'rustc error rust/kernel/kernel.rs:6 E0425 cannot find value `missing_value` in this scope',
      'rustc error rust/kernel/kernel.rs:12 E0382 use of moved value: `text`',
    ],
  ],
  [
    'dtc',
    [
      'dtc error arch/arm64/boot/dts/arm/lkft-broken.dts:5 syntax error',
      'dtc error : Unable to parse input tree',
      'dtc warning arch/arm64/boot/dts/arm/lkft-warned.dts:11 reg_format /soc/timer:reg: property has invalid length (8 bytes) (#address-cells == 2, #size-cells == 1)',
      'dtc warning arch/arm64/boot/dts/arm/lkft-warned.dts:6 unit_address_vs_reg /soc/uart@1000: node has a unit name, but no reg or ranges property',
      'dtc warning arch/arm64/boot/dts/arm/lkft-warned.dts:10 unit_address_vs_reg /soc/timer: node has a reg or ranges property, but no unit name',
    ],
  ],
  [
    'sparse',
    [
      "sparse warning lib/argv_split.c:35 symbol 'lkft_global' was not declared. Should it be static?",
      'sparse warning lib/argv_split.c:39 incorrect type in initializer (different address spaces)',
      'sparse warning lib/argv_split.c:43 incorrect type in return expression (different base types)',
      'sparse warning lib/argv_split.c:40 dereference of noderef expression',
    ],
  ],
  ['kconfig-loop', ['kconfig error lib/Kconfig:764 recursive dependency detected!']],
  ['kconfig-missing', ['kconfig error : Can\'t find default configuration "arch/arm64/configs/no_such_defconfig"!']],
  [
    'kconfig-syntax',
    ['kconfig error lib/Kconfig:758 syntax error', 'kconfig error lib/Kconfig:757 unknown statement "boolean"'],
  ],
  ['kconfig-unmet', ['kconfig warning : unmet direct dependencies detected for LKFT_NEEDS']],
  ['make-error', ['make error lib/Makefile:398 lkft says no']],
  ['make-separator', ['make error lib/Makefile:398 missing separator']],
])('%s: each message with its tool, level, place and flag', (name, expected) => {
  expect(told(name)).toEqual(expect.arrayContaining([...expected]))
})

test('a broken build that names its reason has no second error of make', () => {
  for (const name of [
    'gcc',
    'clang',
    'dtc',
    'ld',
    'lld',
    'modpost',
    'kconfig-loop',
    'kconfig-missing',
    'kconfig-syntax',
  ]) {
    expect(told(name).filter((line) => line.startsWith('make error'))).toEqual([])
  }
})

describe('modpost, ld, lld and make', () => {
  test('name the symbol and the module', () => {
    expect(told('modpost')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^modpost warning fs\/binfmt_script.o: .*lkft_late .* -> lkft_early/),
        'modpost warning fs/binfmt_script.ko: "lkft_nowhere" [fs/binfmt_script.ko] undefined!',
        'modpost error : Section mismatches detected.',
      ]),
    )
    expect(told('ld')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ld error \S*vclock_gettime\.\S+ .*`lkft_nowhere'/)]),
    )
    const missing = "'arch/x86/entry/vdso/vdso64.so.dbg': No such file"
    expect(told('ld')).toContain(`objcopy error : ${missing}`)
    expect(told('lld')).toEqual(
      expect.arrayContaining(['lld error : undefined symbol: lkft_nowhere', `objcopy error : ${missing} or directory`]),
    )
  })

  test('make says which file it cannot make', () => {
    expect(told('make-rule')).toEqual([
      expect.stringMatching(/^make error : No rule to make target 'lib\/lkft_missing\.o', needed by 'lib\//),
    ])
  })
})

describe.each(['w1-gcc', 'w1-clang'])('%s', (name) => {
  const text = read(name)
  /** Read without lkft's patterns: every line with the word and a colon, or the word in capitals at its start. */
  const raw = text.split('\n').filter((line) => /\b(?:warning|error): |^(?:WARNING|ERROR)/.test(line))

  test('no warning and no error of a W=1 build is missing', () => {
    const items = collect(text, name.slice(3))
    expect(raw.length).toBeGreaterThan(20)
    const expected = new Set(raw.map((line) => line.replace(/^\S+: /, '').replace(/^(?:warning|error): /, '')))
    const found = items
      .filter(({ level }) => level !== 'note')
      .map(({ message, flag }) => (flag === null ? message : `${message} [${flag}]`))
    expect(new Set(found)).toEqual(expected)
    expect(items.filter(({ level }) => level !== 'note').reduce((sum, { count }) => sum + count, 0)).toBe(raw.length)
  })

  test('nor when the lines of several compilers are cut in between each other', () => {
    const other = text.split('\n').filter((line) => !raw.includes(line))
    fc.assert(
      fc.property(
        fc.shuffledSubarray(raw, { minLength: 1 }),
        fc.array(fc.nat(other.length - 1), { maxLength: 20 }),
        (lines, places) => {
          const mixed = [...lines]
          for (const place of places) mixed.splice(place % (mixed.length + 1), 0, other[place] ?? '')
          const items = collect(mixed.join('\n'), name.slice(3)).filter(({ level }) => level !== 'note')
          expect(items.reduce((sum, { count }) => sum + count, 0)).toBe(lines.length)
        },
      ),
      { numRuns: 50 },
    )
  })
})
