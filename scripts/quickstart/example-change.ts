import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { runCommand } from '#process/run-command'
import { writeAtomic } from '#files/write-atomic'

/** One edit of the example change: which file, what it was, and how to take it back. */
export interface Edit {
  /** Relative to the tree. */
  readonly file: string
  readonly original: string
  readonly changed: string
}

/**
 * Finds the C file that defines a KUnit case and gives the edit that makes the
 * case fail: an expectation that cannot hold, as the last statement.
 *
 * @throws LkftError UNKNOWN_NAME when no test file of the tree defines it
 */
export async function breakKunitCase(tree: string, caseName: string): Promise<Edit> {
  for (const file of await findTestFiles(tree, caseName)) {
    const original = await readFile(join(tree, file), 'utf8')
    const changed = insertFailure(original, caseName)
    if (changed !== undefined) return { file, original, changed }
  }
  throw new LkftError('UNKNOWN_NAME', `no KUnit test file in ${tree} defines ${caseName}`)
}

/** The source with a failing expectation at the end of `static void <caseName>(struct kunit *…)`; undefined when it is not there. */
export function insertFailure(source: string, caseName: string): string | undefined {
  const head = new RegExp(`^static void (?:__init )?${caseName}\\(struct kunit \\*(\\w+)\\)\\s*\\{`, 'm').exec(source)
  if (head === null) return undefined
  const end = source.indexOf('\n}', head.index)
  if (end === -1) return undefined
  const broken = `\n\n\t/* An example of a regression, put here by lkft's quickstart. */\n\tKUNIT_EXPECT_EQ(${head[1]}, 1, 2);`
  return source.slice(0, end) + broken + source.slice(end)
}

/** The edit that makes the compiler warn about an unused variable in the same or another file. */
export function addWarning(edit: Edit): Edit {
  return { ...edit, changed: `${edit.changed.trimEnd()}\n\nstatic int lkft_quickstart_unused;\n` }
}

/** Writes the edit; the file is replaced, so a hard link of it elsewhere keeps its content. */
export async function applyEdit(tree: string, edit: Edit): Promise<void> {
  await writeAtomic(join(tree, edit.file), edit.changed)
}

export async function revertEdit(tree: string, edit: Edit): Promise<void> {
  await writeAtomic(join(tree, edit.file), edit.original)
}

async function findTestFiles(tree: string, caseName: string): Promise<readonly string[]> {
  const folders = ['lib', 'kernel', 'mm', 'fs', 'drivers', 'net', 'sound', 'security']
  // grep says 2 when a folder is missing, and a reduced tree lacks some: only what it prints counts.
  const { stdout } = await runCommand({
    argv: ['grep', '-rlEs', '--include=*.c', `KUNIT_CASE[A-Z_]*\\(${caseName}\\b`, ...folders],
    cwd: tree,
  })
  return stdout.split('\n').filter((line) => line !== '')
}
