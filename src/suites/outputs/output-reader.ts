import type { TestResult } from '#schema/documents'

/** One result that a program printed, named inside the step that ran the program. */
export type Reading = Omit<TestResult, 'suite' | 'line' | 'attempt'>

/** Reads what one test program prints, line by line. */
export interface OutputReader {
  push(line: string): readonly Reading[]
  /** The program ended. */
  end(): readonly Reading[]
}

/** A reader of programs that print each result on a line of its own. */
export function readLines(read: (line: string) => Reading | undefined): OutputReader {
  return {
    push: (line) => {
      const reading = read(withoutColours(line))
      return reading === undefined ? [] : [reading]
    },
    end: () => [],
  }
}

/** A figure that a program measured; it passes, since it was measured. */
export function measured(test: string, measurement: number, unit: string): Reading {
  return { test, status: 'pass', measurement, unit }
}

/** A line without escape sequences for colours and without trailing blanks. */
export function withoutColours(line: string): string {
  return line.replaceAll(/\u001b\[[\d;]*m/g, '').trimEnd()
}
