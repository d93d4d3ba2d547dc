import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { defineSubmit } from '#cli/results-submit'
import { defineSite } from '#cli/results-site'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import type { StageContext } from '#log/reporter'
import type { ResultsStore } from '#results/repository/results-store'

interface RepositoryOptions extends CommonOptions {
  readonly repository: string
  readonly branch: string
  readonly project: string
}

/** `lkft results`. */
export function define(command: Command): void {
  command.addHelpText(
    'after',
    `
Examples:
  lkft results push --repository git@host:org/results.git --project next --current runs/
  lkft results pull --repository git@host:org/results.git -o results
  lkft results query flakiest results --project next
  lkft results query history results kunit/time.date_range --project next
  lkft results compact --repository git@host:org/results.git --project next
  lkft results gc --repository git@host:org/results.git --project next --keep-days 90
  lkft results push --repository github:org/results --project next --current runs/
  lkft results site --repository git@host:org/results.git --output-dir site
  lkft results feed results --project next --link https://org.example/results/`,
  )
  definePush(command)
  definePull(command)
  defineCompact(command)
  defineGc(command)
  defineQuery(command)
  defineSite(command)
  defineFeed(command)
  defineSubmit(command)
}

function onRepository(command: Command): Command {
  return addCommonOptions(command)
    .requiredOption(
      '--repository <url>',
      'a path or address for git, or github:owner/name, written over GitHub’s API with GITHUB_TOKEN',
    )
    .option('--branch <name>', 'branch of the repository that holds results', 'results')
}

/** The repository that the options name. */
async function openStore({ repository, branch }: RepositoryOptions, { reporter }: StageContext): Promise<ResultsStore> {
  const { openResults } = await import('#github/open-results')
  return openResults({ repository, branch, environment: process.env, reporter })
}

function definePush(parent: Command): void {
  onRepository(parent.command('push').description('add the results of one build'))
    .requiredOption('--project <name>', 'tree the build is of, e.g. next or stable-6.12')
    .requiredOption('--current <dir...>', 'run and build directories, folders of them, or one file of results')
    .option('--build-branch <name>', 'branch of the kernel tree')
    .option('--commit <sha>', 'commit of the kernel tree')
    .action(async (options: RepositoryOptions & { current: string[]; buildBranch?: string; commit?: string }) => {
      const { pushResults } = await import('#report/push-results')
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: async (context) => pushResults({ ...options, store: await openStore(options, context) }, context),
        describe: ({ id, results, attempts }) => [
          `Added ${id} with ${results} results${attempts > 1 ? ` at attempt ${attempts}` : ''}`,
        ],
        exitCode: () => 0,
      })
    })
}

function definePull(parent: Command): void {
  onRepository(parent.command('pull').description('copy the repository into a folder, or bring it up to date')).action(
    async ({ outputDir = 'results', ...options }: RepositoryOptions) => {
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: async (context) => {
          const store = await openStore(options, context)
          const isThere = await store.pull(outputDir, context.signal)
          if (!isThere) {
            const { LkftError } = await import('#errors/lkft-error')
            throw new LkftError('BAD_ARGUMENT', `${store.name} is not there yet`, {
              hint: "'lkft results push' makes it with the first build.",
            })
          }
          return { directory: outputDir }
        },
        describe: ({ directory }) => [`Results are in ${directory}`],
        exitCode: () => 0,
      })
    },
  )
}

function defineCompact(parent: Command): void {
  onRepository(parent.command('compact').description('make the monthly packs that queries and the site read'))
    .requiredOption('--project <name>', 'tree whose builds are compacted')
    .action(async (options: RepositoryOptions) => {
      const { compactResults } = await import('#results/repository/compact')
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: async (context) => ({
          builds: await compactResults({ ...options, store: await openStore(options, context) }, context),
        }),
        describe: ({ builds }) => [`Packed ${builds} builds`],
        exitCode: () => 0,
      })
    })
}

interface GcOptions extends RepositoryOptions {
  readonly keepDays: number
  readonly forgetHistory?: boolean
}

function defineGc(parent: Command): void {
  onRepository(parent.command('gc').description('remove the files of old builds; their statuses stay in the packs'))
    .requiredOption('--project <name>', 'tree whose old builds are packed')
    .option('--keep-days <n>', 'how old a build may be and keep its own Parquet file', parseCount, 90)
    .option('--forget-history', 'make the branch one commit, so that removed files take no room (plain git only)')
    .action(async (options: GcOptions) => {
      const { collectGarbage } = await import('#results/repository/compact')
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: async (context) => collectGarbage({ ...options, store: await openStore(options, context) }, context),
        describe: ({ removed, kept }) => [`Removed the files of ${removed} builds, kept those of ${kept}`],
        exitCode: () => 0,
      })
    })
}

interface QueryOptions extends CommonOptions {
  readonly project: string
  readonly builds: number
}

function defineQuery(parent: Command): void {
  addCommonOptions(parent.command('query').description('ask a pulled repository'))
    .argument('<question>', 'history, changes, flakiest, suites or first-bad')
    .argument('<directory>', "a pulled repository ('lkft results pull')")
    .argument('[test]', 'suite/test, for history and first-bad')
    .requiredOption('--project <name>', 'tree to ask about')
    .option('--builds <n>', 'how many of the newest builds count', parseCount, 50)
    .action(async (question: string, directory: string, name: string | undefined, options: QueryOptions) => {
      const { describeAnswer, queryResults } = await import('#results/repository/query')
      await runStage<Awaited<ReturnType<typeof queryResults>>>(options, {
        list: () => Promise.resolve([]),
        run: () => queryResults({ ...options, question, directory, ...(name === undefined ? {} : { name }) }),
        describe: describeAnswer,
        exitCode: () => 0,
      })
    })
}

function defineFeed(parent: Command): void {
  addCommonOptions(parent.command('feed').description('write an RSS feed of the newest builds'))
    .argument('<directory>', "a pulled repository ('lkft results pull')")
    .requiredOption('--project <name>', 'tree the feed is of')
    .requiredOption('--link <url>', 'where a reader finds the results, e.g. the address of the site')
    .option('--builds <n>', 'how many of the newest builds are in it', parseCount, 20)
    .action(async (directory: string, options: QueryOptions & { readonly link: string }) => {
      const { writeFeed } = await import('#results/repository/feed')
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: () => writeFeed({ ...options, directory, file: join(options.outputDir ?? '.', `${options.project}.rss`) }),
        describe: ({ file, builds }) => [`Wrote ${builds} builds to ${file}`],
        exitCode: () => 0,
      })
    })
}

function parseCount(text: string): number {
  const count = Number(text)
  if (Number.isInteger(count) && count > 0) return count
  throw new InvalidArgumentError('It must be a whole number above 0.')
}
