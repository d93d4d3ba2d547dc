import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTinyTree } from './tiny-tree.ts'

/** A tiny tree with two files that gcc really compiles, each only when it changed. */
export async function makeSeriesTree(folder: string): Promise<void> {
  const rule = `$(O)/%.o: $(CURDIR)/lib/%.c
	@mkdir -p $(O); gcc -Wall -c -o $@ $<
vmlinux: $(O)/one.o $(O)/two.o
`
  await makeTinyTree(folder, {
    'extra.mk': rule,
    'lib/one.c': 'static int unused_in_base;\nint one(void) { return 1; }\n',
    'lib/two.c': 'int two(void) { return 2; }\n',
  })
}

interface Repository {
  readonly folder: string
  readonly commit: (message: string) => Promise<string>
}

/** A series on top of it: nothing, a warning, a broken build that warns no more, still broken, mended. */
export async function commitSeries({ folder, commit }: Repository): Promise<readonly string[]> {
  const steps: readonly (readonly [title: string, file: string, text: string])[] = [
    ['Harmless', 'one.c', 'static int unused_in_base;\nint one(void) { return 10; }\n'],
    ['Warn', 'two.c', 'int two(void) { int nobody_uses_it; return 2; }\n'],
    ['Break', 'one.c', 'int one(void) { return missing_name; }\n'],
    ['Leave it broken', 'two.c', 'int two(void) { return 22; }\n'],
    ['Mend', 'one.c', 'int one(void) { return 1; }\n'],
  ]
  const commits: string[] = []
  for (const [title, file, text] of steps) {
    await writeFile(join(folder, 'lib', file), text)
    commits.push(await commit(title))
  }
  return commits
}
