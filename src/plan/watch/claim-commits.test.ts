import fc from 'fast-check'
import { expect, test } from 'vitest'
import { claimCommits } from '#plan/watch/claim-commits'
import { readHeads, type Tree } from '#plan/watch/list-heads'
import type { Watch } from '#schema/documents'

const tree: Tree = { name: 'stable-rc', url: 'https://example.org/linux.git', 'review-hours': 48 }
const empty: Watch = { version: 1, branches: {} }
const now = new Date('2026-11-23T08:00:00Z')
const commit = (at: number): string => String(at).repeat(40).slice(0, 40)
const head = (branch: string, at: number) => ({ tree, branch, commit: commit(at) })

test('a new commit is claimed once, starts its clock and knows the runs before it', () => {
  const first = claimCommits(empty, [head('6.12', 1)], { run: '10', now })
  expect(first.claimed).toMatchObject([{ branch: '6.12', due: '2026-11-25T08:00:00.000Z', earlier: [] }])
  expect(claimCommits(first.state, [head('6.12', 1)], { run: '11', now }).claimed).toEqual([])
  const second = claimCommits(first.state, [head('6.12', 2)], { run: '12', now })
  expect(second.claimed).toMatchObject([{ commit: commit(2), earlier: [{ run: '10', commit: commit(1) }] }])
  // A branch that goes back, as a release candidate that is taken back does.
  expect(claimCommits(second.state, [head('6.12', 1)], { run: '13', now }).claimed).toEqual([])
})

test('a run that is repeated gets its own claims again, with their clock', () => {
  const heads = [head('6.12', 1), head('6.6', 2)]
  const first = claimCommits(empty, heads, { run: '10', now })
  const again = claimCommits(first.state, heads, { run: '10', now: new Date('2026-11-24T08:00:00Z') })
  expect(again.claimed).toEqual(first.claimed)
  expect(again.state).toEqual(first.state)
})

test('two branches of a tree at one commit are one run; the same commit in another tree is another', () => {
  const other = { ...tree, name: 'mainline' }
  const heads = [head('a', 1), head('b', 1), { tree: other, branch: 'a', commit: commit(1) }]
  const first = claimCommits(empty, heads, { run: '10', now })
  expect(first.claimed.map((one) => `${one.tree} ${one.branch}`)).toEqual(['stable-rc a', 'mainline a'])
  expect(claimCommits(first.state, heads, { run: '10', now }).claimed).toEqual(first.claimed)
  expect(claimCommits(first.state, [head('c', 1)], { run: '11', now }).claimed).toEqual([])
})

test('a hundred commits are claimed at once, the rest by later polls', () => {
  const heads = Array.from({ length: 130 }, (_, at) => ({ tree, branch: `b${at}`, commit: hex(at) }))
  const first = claimCommits(empty, heads, { run: '1', now })
  expect(first.claimed).toHaveLength(100)
  expect(claimCommits(first.state, heads, { run: '2', now }).claimed).toHaveLength(30)
})

test('whatever the branches do, no commit of a tree is claimed by two runs', () => {
  const step = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 1, max: 9 })), { maxLength: 3 })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (polls) => {
      let state = empty
      const runs = new Map<string, string>()
      for (const [at, heads] of polls.entries()) {
        const unique = [...new Map(heads)].map(([branch, number]) => head(branch, number))
        const result = claimCommits(state, unique, { run: String(at), now })
        for (const one of result.claimed) {
          expect(runs.get(one.commit)).toBeUndefined()
          runs.set(one.commit, String(at))
        }
        // Nothing new is left over either.
        for (const one of unique) expect(runs.has(one.commit)).toBe(true)
        state = result.state
      }
    }),
  )
})

test("a tree without branches follows what HEAD is; others by name; tags and strangers' lines are nothing", () => {
  const sha = commit(7)
  const answer = `ref: refs/heads/main\tHEAD\n${sha}\tHEAD\n${sha}\trefs/heads/main\n${sha}\trefs/heads/linux-6.6.y\nx\trefs/heads/linux-1.y\n`
  expect(readHeads(tree, answer).map(({ branch }) => branch)).toEqual(['main'])
  expect(readHeads({ ...tree, branches: 'linux-*.y' }, answer).map(({ branch }) => branch)).toEqual(['linux-6.6.y'])
  expect(readHeads({ ...tree, branches: ['*'] }, answer)).toHaveLength(2)
  fc.assert(fc.property(fc.string(), (text) => readHeads({ ...tree, branches: '*' }, text).length >= 0))
})

function hex(at: number): string {
  return at.toString(16).padStart(40, '0')
}
