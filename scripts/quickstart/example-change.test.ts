import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addWarning, applyEdit, breakKunitCase, insertFailure, revertEdit } from './example-change.ts'

const testFile = `#include <kunit/test.h>

static void other_test(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 3, 3);
}

static void sum_test(struct kunit *context)
{
	int sum = 1 + 1;

	KUNIT_EXPECT_EQ(context, sum, 2);
}

static struct kunit_case cases[] = { KUNIT_CASE(other_test), KUNIT_CASE(sum_test), {} };
`

let tree: string

beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'lkft-example-'))
  await mkdir(join(tree, 'lib'))
  await writeFile(join(tree, 'lib/sum-test.c'), testFile)
})

afterEach(() => rm(tree, { recursive: true }))

describe('the example change of the quickstart', () => {
  it('puts a failing expectation at the end of the named case only, with the name of its argument', () => {
    const changed = insertFailure(testFile, 'sum_test')
    expect(changed?.split('\n').filter((line) => line.includes('1, 2'))).toEqual(['\tKUNIT_EXPECT_EQ(context, 1, 2);'])
    expect(changed?.indexOf('1, 2')).toBeGreaterThan(changed?.indexOf('sum, 2') ?? 0)
  })

  it('finds the file that defines the case, breaks it and takes it back', async () => {
    const edit = addWarning(await breakKunitCase(tree, 'sum_test'))
    expect(edit.file).toBe('lib/sum-test.c')
    await applyEdit(tree, edit)
    expect(await readFile(join(tree, edit.file), 'utf8')).toContain('static int lkft_quickstart_unused;')
    await revertEdit(tree, edit)
    expect(await readFile(join(tree, edit.file), 'utf8')).toBe(testFile)
  })

  it('says which case no test file has', async () => {
    await expect(breakKunitCase(tree, 'nothing_test')).rejects.toThrow(/no KUnit test file .* defines nothing_test/)
  })
})
