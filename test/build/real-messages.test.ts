import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Diagnostic } from '#schema/documents'
import { runLkft } from '../support/run-lkft.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

// Messages of the real tools of this machine, from code that is really broken. What each says by word is the tool's
// business; that it is named with its file, line, level and flag is lkft's.

const compile = '$(CROSS_COMPILE)gcc -Wall -Wextra -c -o $(O)/x.o $(CURDIR)'
const makefile = `
gcc-warning:
	@${compile}/kernel/unused.c
gcc-error:
	@${compile}/kernel/error.c
gcc-fatal:
	@${compile}/kernel/include.c
as:
	@${compile}/kernel/bogus.S
ld:
	@${compile}/kernel/call.c && $(CROSS_COMPILE)ld -e main -o $(O)/x $(O)/x.o
rule: no-such-file
	@true
expansion:
	$(error this tree is too old)
shell:
	@no-such-program --now
warned:
	@$(MAKE) --no-print-directory -f $(CURDIR)/twice.mk twice
`
const files = {
  'extra.mk': makefile,
  'kernel/unused.c': 'int f(int a) { int unused; return 0; }\n',
  'kernel/error.c': 'int f(void)\n{\n\treturn undeclared;\n}\n',
  'kernel/include.c': '#include "no/such.h"\n',
  'kernel/bogus.S': '.text\n\tfrobnicate %rax\n',
  'kernel/call.c': 'extern int missing(void);\nint main(void)\n{\n\treturn missing();\n}\n',
  'twice.mk': 'twice: ;\n\t@true\ntwice:\n\t@true\n',
}

let folder: string
let tree: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-messages-'))
  tree = await makeTinyTree(join(folder, 'tree'), files)
})
afterAll(async () => rm(folder, { recursive: true }))

async function messagesOf(goal: string): Promise<{ code: number | null; items: readonly Diagnostic[]; log: string }> {
  const output = join(folder, goal)
  const words = ['build', '-C', tree, '-a', 'x86_64', '-k', 'tinyconfig', '-o', output, `make:${goal}`]
  const { code } = await runLkft(words)
  const lines = (await readFile(join(output, 'diagnostics.ndjson'), 'utf8')).trim().split('\n')
  const items = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Diagnostic)
  return { code, items, log: await readFile(join(output, 'build.log'), 'utf8') }
}

test.each<[string, number, Partial<Diagnostic>]>([
  ['gcc-warning', 0, { tool: 'gcc', level: 'warning', file: 'kernel/unused.c', line: 1, flag: '-Wunused-variable' }],
  ['gcc-error', 1, { tool: 'gcc', level: 'error', file: 'kernel/error.c', line: 3, column: 16 }],
  ['gcc-fatal', 1, { tool: 'gcc', level: 'error', file: 'kernel/include.c', line: 1 }],
  ['as', 1, { tool: 'as', level: 'error', file: 'kernel/bogus.S', line: 2 }],
  [
    'ld',
    1,
    { tool: 'ld', level: 'error', message: expect.stringContaining("undefined reference to `missing'") as string },
  ],
  ['rule', 1, { tool: 'make', level: 'error', message: expect.stringContaining('no-such-file') as string }],
  ['expansion', 1, { tool: 'make', level: 'error', message: 'this tree is too old' }],
  ['shell', 1, { level: 'error', message: expect.stringContaining('no-such-program') as string }],
])('%s: the message is named with where it is', async (goal, code, expected) => {
  const found = await messagesOf(goal)
  expect(found.code).toBe(code)
  expect(found.items).toEqual(expect.arrayContaining([expect.objectContaining(expected)]))
})

test('no line of the log that says warning or error is missing among the messages', async () => {
  for (const goal of ['gcc-warning', 'gcc-error', 'gcc-fatal', 'as', 'ld', 'warned']) {
    const { items, log } = await messagesOf(goal)
    const raw = log.split('\n').filter((line) => /\b(?:warning|error): /i.test(line) && !line.startsWith('+ '))
    const missing = raw.filter((line) => !items.some(({ message }) => line.includes(message)))
    expect(missing).toEqual([])
    expect(goal === 'warned' || raw.length + items.length > 0).toBe(true)
  }
})
