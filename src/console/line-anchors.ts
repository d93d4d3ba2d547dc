import { createByteScanner, createTextScanner } from '#console/anchor-scanner'
import { bootAnchors } from '#console/boot-watch'
import { crashPatterns } from '#console/crash-patterns'
import { testAnchors } from '#console/running-test'

const patternAnchors = crashPatterns.map((row) => row.anchor)
const anchors = [...patternAnchors, ...bootAnchors, ...testAnchors]
const scan = createTextScanner(anchors)
const firstTest = patternAnchors.length + bootAnchors.length

/** What a line's text may be about. */
export interface LineTopics {
  /** Places in `crashPatterns` of the rows whose anchor it holds. */
  readonly rows: readonly number[]
  readonly boot: boolean
  readonly test: boolean
}

const nothing: LineTopics = { rows: [], boot: false, test: false }

/** Finds in one pass which rows and which parts of the finder a line can matter to. */
export function topicsOf(text: string): LineTopics {
  const found = scan(text)
  if (found.length === 0) return nothing
  return {
    rows: found.filter((index) => index < patternAnchors.length),
    boot: found.some((index) => index >= patternAnchors.length && index < firstTest),
    test: found.some((index) => index >= firstTest),
  }
}

/** A scanner that finds the lines for which `topicsOf` gives anything, without decoding them. */
export function createLineScanner(): ReturnType<typeof createByteScanner> {
  return createByteScanner(anchors)
}
