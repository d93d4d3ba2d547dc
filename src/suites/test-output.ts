import type { RunDirectory } from '#results/run-directory'

/** Characters of one test's output that are kept back at most. */
const mostKept = 1 << 20

export interface TestOutput {
  push(line: string): void
  end(): void
}

/**
 * What one test prints, for output.log under its heading. Where several tests run
 * at a time it is `keptBack` until the test's end, or until it is a megabyte, so
 * that lines stand under the test they belong to.
 */
export function testOutput(directory: RunDirectory, heading: string, keptBack: boolean): TestOutput {
  if (!keptBack) {
    directory.writeOutput(heading)
    return { push: (line) => directory.writeOutput(line), end: () => {} }
  }
  let lines: string[] = []
  let size = 0
  const flush = (): void => {
    directory.writeOutput([heading, ...lines].join('\n'))
    lines = []
    size = 0
  }
  return {
    push: (line) => {
      lines.push(line)
      size += line.length
      if (size > mostKept) flush()
    },
    end: flush,
  }
}
