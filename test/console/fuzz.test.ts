import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { splitConsoleLines } from '#console/console-lines'
import { crashPatterns } from '#console/crash-patterns'
import { createCrashFinder } from '#console/find-crashes'
import { createKtapParser } from '#console/ktap'
import { recordEvidence } from '../support/evidence.ts'

const million = 1_000_000
const fixtures = join(import.meta.dirname, 'fixtures')

/** A small generator with a seed, so that a failure can be had again. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / 0x1000000
  }
}

/** Endless console bytes: real logs with bits flipped, pieces cut, doubled and mixed. */
function* mutate(seeds: readonly Buffer[], next: () => number): Generator<Buffer> {
  for (;;) {
    const seed = seeds[Math.floor(next() * seeds.length)] ?? Buffer.alloc(1)
    const start = Math.floor(next() * seed.length)
    const piece = Buffer.from(seed.subarray(start, start + 1 + Math.floor(next() * 4000)))
    for (let flips = next() * piece.length * 0.02; flips > 0; flips -= 1)
      piece[Math.floor(next() * piece.length)] = Math.floor(next() * 256)
    yield piece
  }
}

const reports = crashPatterns.map((row) => `[   12.345678][    T1] ${row.anchor} a+0x1/0x2 [#1] at b.c:3\n`).join('')
const ktap =
  'KTAP version 1\n1..3\n    # Subtest: s\n    1..2\n    ok 1 a # SKIP\n    not ok 2 b\nok 1 s\n# ok 1 c\nTAP version 13\n'

it('a million mutated console bytes, and a million lines, throw nothing and fill no memory', async () => {
  const seeds = readdirSync(fixtures).map((name) => readFileSync(join(fixtures, name)))
  seeds.push(Buffer.from(reports), Buffer.from(ktap.repeat(20)))
  const finder = createCrashFinder()
  const parser = createKtapParser()
  let bytes = 0
  let crashes = 0
  let tests = 0
  const lines = splitConsoleLines((line) => {
    crashes += finder.push(line).length
    tests += parser.push(line.text, line.number).length
  })
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (const piece of mutate(seeds, random(20_261_123))) {
    bytes += piece.length
    lines.push(piece)
    if (lines.count >= million) break
  }
  lines.end()
  crashes += finder.end().length
  tests += parser.end().length
  expect(bytes).toBeGreaterThan(million)
  expect(crashes).toBeGreaterThan(1000)
  expect(tests).toBeGreaterThan(1000)
  const grown = process.memoryUsage().heapUsed - before
  expect(grown).toBeLessThan(400 << 20)
  await recordEvidence({
    claim: 'console-fuzz',
    command: 'npx vitest run --project integration test/console/fuzz.test.ts',
    kernel: 'none',
    figure: `${Math.round(bytes / 1e6)} MB in ${lines.count} lines: ${crashes} events, ${tests} results, no exception; heap grew by ${Math.max(0, Math.round(grown / 1e6))} MB`,
  })
})
