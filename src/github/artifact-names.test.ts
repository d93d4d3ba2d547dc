import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatArtifactName, newestArtifact, newestArtifacts, parseArtifactName } from '#github/artifact-names'

describe('artifact names', () => {
  test('hold nothing that GitHub refuses, whatever the plan calls its cells', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 300 }),
        fc.string({ minLength: 1, maxLength: 300 }),
        (scope, id) => {
          const name = formatArtifactName({ scope, kind: 'build', id, attempt: 2 })
          expect(name).not.toMatch(/["<>|*?:\r\n\\/]/)
          expect(name.length).toBeLessThanOrEqual(256)
          expect(newestArtifact([name], scope, 'build', id)).toBe(name)
        },
      ),
    )
  })

  test('of two long branches with the same beginning differ', () => {
    const branch = 'b'.repeat(240)
    const name = formatArtifactName({ scope: `${branch}1`, kind: 'report', id: 'all', attempt: 1 })
    expect(newestArtifact([name], `${branch}1`, 'report', 'all')).toBe(name)
    expect(newestArtifact([name], `${branch}2`, 'report', 'all')).toBeUndefined()
  })

  test('are read back', () => {
    const parts = { scope: 'lkft', kind: 'run', id: 'x86_64-gcc-defconfig.qemu', attempt: 12 } as const
    expect(parseArtifactName(formatArtifactName(parts))).toEqual(parts)
    expect(parseArtifactName('dist')).toBeUndefined()
  })

  test.each(['lkft.run....a1', 'lkft.run..hidden.a1', 'lkft.run.a/../../b.a1', 'lkft.run.\\x.a1'])(
    'that would lead out of their folder are not ours: %s',
    (name) => {
      expect(parseArtifactName(name)).toBeUndefined()
    },
  )

  test('of a re-run stand beside those of the first attempt, the newest of each id counting', () => {
    const names = [
      'lkft.run.a.a1',
      'lkft.run.b.a1',
      'lkft.run.b.a10',
      'lkft.run.b.a9',
      'other.run.c.a1',
      'lkft.build.a.a1',
    ]
    expect([...newestArtifacts(names, 'lkft', 'run').values()]).toEqual(['lkft.run.a.a1', 'lkft.run.b.a10'])
  })
})
