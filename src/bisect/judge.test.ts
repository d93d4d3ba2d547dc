import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPosition } from '#bisect/history'
import { type Answer, judge } from '#bisect/judge'

const answers = (words: string): ((attempt: number) => Promise<Answer>) => {
  const all = words.split(' ') as Answer['verdict'][]
  return async (attempt) => ({ verdict: all[attempt - 1] ?? 'skip', reason: `try ${attempt}` })
}

test.each([
  ['good good', 2, 'good', 2],
  ['bad bad', 2, 'bad', 2],
  ['bad good bad bad', 2, 'bad', 4],
  ['good bad good good', 2, 'good', 4],
  ['bad good bad good bad good bad good bad', 2, 'skip', 9],
  ['good', 1, 'good', 1],
  ['good skip', 2, 'skip', 1],
])('%s with a lead of %i is %s after %i runs', async (words, lead, verdict, runs) => {
  const judged = await judge(answers(words), { lead })
  expect([judged.verdict, judged.tries.length]).toEqual([verdict, runs])
})

test('a test that fails once in ten runs is judged right 97 times in 100 and never waits for ever', async () => {
  let seed = 42
  const random = (): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  let wrong = 0
  for (let round = 0; round < 1000; round++) {
    const { verdict } = await judge(async () => ({ verdict: random() < 0.1 ? 'bad' : 'good', reason: null }), {
      lead: 2,
    })
    if (verdict !== 'good') wrong++
  }
  expect(wrong).toBeLessThan(30)
})

test("git's words are read", () => {
  const sha = 'a'.repeat(40)
  expect(readPosition(`Bisecting: 3 revisions left to test after this (roughly 2 steps)\n[${sha}] x`)).toEqual({
    kind: 'next',
  })
  expect(readPosition(`${sha} is the first bad commit\ncommit ${sha}`)).toEqual({ kind: 'found', sha })
  const left = `There are only 'skip'ped commits left to test.\nThe first bad commit could be any of:\n${sha}\n${'b'.repeat(40)}\nWe cannot bisect more!`
  expect(readPosition(left)).toEqual({ kind: 'range', shas: [sha, 'b'.repeat(40)] })
  fc.assert(fc.property(fc.string(), (text) => readPosition(text).kind !== 'found'))
})
