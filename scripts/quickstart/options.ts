import { parseArgs } from 'node:util'
import { LkftError } from '#errors/lkft-error'

/** What the quickstart was asked for. */
export interface QuickstartOptions {
  /** Directory, git URL or tarball URL of a kernel tree; Debian's linux-source when absent. */
  readonly source: string | undefined
  /** The KUnit case to break, as `suite.case`; the example suite's simple test when absent. */
  readonly breakCase: string | undefined
  readonly outputDir: string | undefined
  readonly help: boolean
}

export const usage = `Usage: npm run quickstart -- [options]

Builds a small x86_64 kernel with KUnit, boots it in QEMU as the baseline, breaks
one KUnit case and adds one compiler warning, builds and boots again, and prints
the report that a pull request would get.

Options:
  --source DIR|URL   kernel tree: a directory, a git URL or a tarball URL
                     (default: Debian's linux-source, else the newest longterm kernel)
  --break SUITE.CASE KUnit case to break (default: example.example_simple_test)
  --output-dir DIR   where results go (default: .cache/quickstart/results)
  --help

Examples:
  npm run quickstart
  npm run quickstart -- --source ~/linux
  npm run quickstart -- --break list_sort.list_sort_test`

/** @throws LkftError BAD_ARGUMENT for an unknown option or a value that is not allowed */
export function readOptions(argv: readonly string[]): QuickstartOptions {
  const { values } = parse(argv)
  if (values.break !== undefined && !/^[\w-]+\.\w+$/.test(values.break)) {
    throw new LkftError('BAD_ARGUMENT', `--break ${values.break} is not SUITE.CASE`, {
      hint: 'For example --break example.example_simple_test',
    })
  }
  return {
    source: values.source,
    breakCase: values.break,
    outputDir: values['output-dir'],
    help: values.help === true,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        source: { type: 'string' },
        break: { type: 'string' },
        'output-dir': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new LkftError('BAD_ARGUMENT', (error as Error).message, {
      hint: 'See npm run quickstart -- --help',
      cause: error,
    })
  }
}
