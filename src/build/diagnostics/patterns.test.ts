import fc from 'fast-check'
import { expect, test } from 'vitest'
import { collectDiagnostics } from '#build/diagnostics/collect-diagnostics'
import { parseMakeFailure } from '#build/diagnostics/make-failure'
import { parseDiagnosticLine } from '#build/diagnostics/patterns'
import { findProblems } from '#schema/validate'

const settings = { source: '/src', build: '/build', compiler: 'gcc', sparse: false }

function collect(lines: readonly string[], more = {}) {
  const collector = collectDiagnostics({ ...settings, ...more })
  for (const line of lines) collector.push(line, 'kernel')
  collector.flush('kernel')
  return collector
}

const short = (lines: readonly string[], more = {}): readonly string[] =>
  collect(lines, more)
    .items()
    .map(({ tool, level, file, line, column, flag, message }) =>
      [tool, level, `${file ?? ''}:${line ?? ''}:${column ?? ''}`, flag ?? '', message].join(' | '),
    )

test.each<[string, string]>([
  [
    "/src/kernel/fork.c:12:3: warning: unused variable 'y' [-Wunused-variable]",
    "gcc | warning | kernel/fork.c:12:3 | -Wunused-variable | unused variable 'y'",
  ],
  [
    "kernel/fork.c:12:3: error: expected ';' before '}' token",
    "gcc | error | kernel/fork.c:12:3 |  | expected ';' before '}' token",
  ],
  [
    "/src/a.c:1:2: error: unused variable 'x' [-Werror=unused-variable]",
    "gcc | error | a.c:1:2 | -Wunused-variable | unused variable 'x'",
  ],
  [
    "/src/a.c:1:2: error: unused variable 'x' [-Werror,-Wunused-variable]",
    "gcc | error | a.c:1:2 | -Wunused-variable | unused variable 'x'",
  ],
  [
    '/src/a.c:9:10: fatal error: nope.h: No such file or directory',
    'gcc | error | a.c:9:10 |  | nope.h: No such file or directory',
  ],
  ["/src/a.S:3: Error: no such instruction: `bar'", "as | error | a.S:3: |  | no such instruction: `bar'"],
  [
    "{standard input}:7: Error: bad register name `%foo'",
    "as | error | {standard input}:7: |  | bad register name `%foo'",
  ],
  [
    "x86_64-linux-gnu-ld: kernel/fork.o: in function `f': /src/kernel/fork.c:12: undefined reference to `g'",
    "ld | error | kernel/fork.o:: |  | in function `f': /src/kernel/fork.c:12: undefined reference to `g'",
  ],
  ["fork.c:(.text+0x12): undefined reference to `g'", "ld | error | fork.c:: |  | undefined reference to `g'"],
  [
    'ld: warning: vmlinux has a LOAD segment with RWX permissions',
    'ld | warning | :: |  | vmlinux has a LOAD segment with RWX permissions',
  ],
  ['/usr/bin/ld: NOTE: This behaviour is deprecated', 'ld | note | :: |  | NOTE: This behaviour is deprecated'],
  ['ld.lld: error: undefined symbol: g', 'lld | error | :: |  | undefined symbol: g'],
  [
    'ERROR: modpost: "g" [drivers/x.ko] undefined!',
    'modpost | error | drivers/x.ko:: |  | "g" [drivers/x.ko] undefined!',
  ],
  [
    'WARNING: modpost: vmlinux.o: section mismatch in reference: a (section: .text) -> b (section: .init.text)',
    'modpost | warning | vmlinux.o:: |  | vmlinux.o: section mismatch in reference: a (section: .text) -> b (section: .init.text)',
  ],
  [
    'vmlinux.o: warning: objtool: f+0x12: unreachable instruction',
    'objtool | warning | vmlinux.o:: |  | f+0x12: unreachable instruction',
  ],
  [
    '/src/arch/arm64/boot/dts/x.dts:12.3-15: Warning (unit_address_vs_reg): /soc/uart: node has a reg',
    'dtc | warning | arch/arm64/boot/dts/x.dts:12:3 | unit_address_vs_reg | /soc/uart: node has a reg',
  ],
  ['Error: /src/x.dts:12.3-4 syntax error', 'dtc | error | x.dts:12:3 |  | syntax error'],
  ['FATAL ERROR: Unable to parse input tree', 'dtc | error | :: |  | Unable to parse input tree'],
  [
    '.config:1309:warning: override: UNWINDER_GUESS changes choice state',
    'kconfig | note | .config:1309: |  | override: UNWINDER_GUESS changes choice state',
  ],
  ['lib/Kconfig:3: syntax error', 'kconfig | error | lib/Kconfig:3: |  | syntax error'],
  [
    'WARNING: unmet direct dependencies detected for FOO',
    'kconfig | warning | :: |  | unmet direct dependencies detected for FOO',
  ],
  [
    "make[2]: *** No rule to make target 'a.o', needed by 'built-in.a'.  Stop.",
    "make | error | :: |  | No rule to make target 'a.o', needed by 'built-in.a'",
  ],
  ['/bin/sh: 1: flex: not found', 'sh | error | :: |  | flex: not found'],
  ["clang: error: unsupported option '-mfoo'", "clang | error | :: |  | unsupported option '-mfoo'"],
  ["cc1: error: unrecognized option '-mbar'", "gcc | error | :: |  | unrecognized option '-mbar'"],
  ['BTF: .tmp_vmlinux.btf: pahole (pahole) is not available', ''],
  ['  CC      kernel/error.o', ''],
])('%s', (line, expected) => {
  expect(short([line]).join('\n')).toBe(expected)
})

test('a message without a flag is sparse’s when sparse runs beside the compiler', () => {
  const line = "/src/a.c:1:2: warning: symbol 'x' was not declared. Should it be static?"
  expect(short([line], { sparse: true })[0]).toMatch(/^sparse \|/)
})

test('rustc’s messages of several lines become one each', () => {
  const lines = [
    'error[E0425]: cannot find value `x` in this scope',
    ' --> /src/rust/kernel/lib.rs:12:5',
    '  |',
    '12 |     x',
    '   |     ^ not found in this scope',
    '',
    'warning: unused variable: `y`',
    '  --> rust/kernel/a.rs:3:9',
    '   |',
    '3  |     let y = 1;',
    '   |         ^ help: if this is intentional, prefix it with an underscore: `_y`',
    '   |',
    '   = note: `#[warn(unused_variables)]` on by default',
    '',
    'error: aborting due to 1 previous error; 1 warning emitted',
  ]
  expect(short(lines)).toEqual([
    'rustc | error | rust/kernel/lib.rs:12:5 | E0425 | cannot find value `x` in this scope',
    'rustc | warning | rust/kernel/a.rs:3:9 | unused_variables | unused variable: `y`',
  ])
})

test('make’s own line is only the place when the compiler said why, and the error when nobody did', () => {
  const failure = 'make[3]: *** [/src/scripts/Makefile.build:250: kernel/fork.o] Error 1'
  expect(short(['/src/kernel/fork.c:1:1: error: x', failure])[1]).toBe('make | note | :: |  | kernel/fork.o: Error 1')
  expect(short([failure])).toEqual(['make | error | :: |  | kernel/fork.o: Error 1'])
  expect(short(['make: *** [/src/Makefile:2013: kernel] Error 2'])).toEqual([])
  expect(parseMakeFailure('make[1]: *** [Makefile:1: all] Killed')).toEqual({ goal: 'all', how: 'Killed' })
})

test('a message that comes again is kept once and counted', () => {
  const line = '/src/include/x.h:1:2: warning: w [-Wfoo]'
  const collector = collect([line, line, line])
  expect(collector.items()).toHaveLength(1)
  expect(collector.items()[0]?.count).toBe(3)
  expect(collector.counts()).toEqual({ errors: 0, warnings: 1, by_flag: { '-Wfoo': 1 } })
})

test('paths are the tree’s, whether absolute, relative to the build, or with dots', () => {
  const place = (path: string): string | undefined =>
    short([`${path}:1:2: warning: w`], { source: '/home/u/linux', build: '/home/u/linux/out' })[0]?.split(' | ')[2]
  expect(place('/home/u/linux/kernel/fork.c')).toBe('kernel/fork.c:1:2')
  expect(place('../kernel/fork.c')).toBe('kernel/fork.c:1:2')
  expect(place('/home/u/linux/./kernel/../mm/slab.c')).toBe('mm/slab.c:1:2')
  expect(place('include/generated/x.h')).toBe('include/generated/x.h:1:2')
  expect(place('/usr/include/stdio.h')).toBe('/usr/include/stdio.h:1:2')
})

test('a full disk is noticed', () => {
  const line = '/src/a.c:5:1: fatal error: error writing to /tmp/x.s: No space left on device'
  expect(collect([line]).sawDiskFull()).toBe(true)
})

test('any lines give valid documents, no exception, and quickly', async () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      'error: ',
      'warning: ',
      ':12:3: ',
      'make[1]: *** [',
      ']',
      ' --> ',
      'ld: ',
      '/src/a.c',
      ' [-Wx]',
      'note: ',
    ),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.array(piece, { maxLength: 8 }).map((parts) => parts.join('')),
        { maxLength: 20 },
      ),
      async (lines) => {
        for (const item of collect(lines).items()) expect(await findProblems('diagnostic', item)).toEqual([])
      },
    ),
    { numRuns: 300 },
  )
})

test('a line of 4,000 hostile characters is read in milliseconds', () => {
  for (const unit of [
    'a:',
    'error: ',
    '[',
    'make[1]: *** [',
    ' --> a:',
    'a.o: ',
    ': warning: (',
    '/a/b.c:1:1: warning: x [-W',
  ]) {
    const line = unit.repeat(Math.ceil(4000 / unit.length)).slice(0, 4000)
    const started = performance.now()
    parseDiagnosticLine(line)
    parseMakeFailure(line)
    expect(performance.now() - started).toBeLessThan(250)
  }
})
