import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What is wrong with the table of invariants: a promise without a test, a test
 * file that does not exist or tests nothing, numbers out of order.
 *
 * @param page text of docs/threat-model.md
 */
export async function checkThreatModel(page: string, root: string): Promise<readonly string[]> {
  const rows = [...page.matchAll(/^\| (\d+) \| (.+?) \| (.*) \|$/gm)]
  const problems = rows.length === 0 ? ['there are no invariants'] : []
  for (const [at, [, number, promise, held = '']] of rows.entries()) {
    const name = `invariant ${number}`
    if (Number(number) !== at + 1) problems.push(`${name} should be ${at + 1}`)
    const files = [...held.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file)
    if (files.length === 0) problems.push(`${name} names no test: ${promise}`)
    for (const file of files) {
      const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
      if (text === undefined) problems.push(`${name}: there is no ${file}`)
      else if (!file.endsWith('.test.ts') || !/\b(?:test|it)(?:\.\w+)*\(/.test(text))
        problems.push(`${name}: ${file} holds no test`)
    }
  }
  return problems
}
