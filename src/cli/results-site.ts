import type { Command } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'

interface SiteOptions extends CommonOptions {
  readonly repository: string
  readonly branch: string
  readonly knownIssues?: string
}

/** `lkft results site`. */
export function defineSite(parent: Command): void {
  addCommonOptions(parent.command('site').description('write the dashboard as a static site'), 'site')
    .requiredOption('--repository <dir|url>', "a pulled repository ('lkft results pull'), or a path or address for git")
    .option('--branch <name>', 'branch of the repository that holds results', 'results')
    .option('--known-issues <file>', "instead of the repository's own known-issues.yaml")
    .addHelpText(
      'after',
      `
Examples:
  lkft results site --repository results --output-dir site
  lkft results site --repository https://github.com/org/results --output-dir site
  python3 -m http.server --directory site

Any static host serves it, also under a sub-path. A page opened as a file shows nothing: browsers
do not let it read the data.`,
    )
    .action(async ({ outputDir = 'site', ...options }: SiteOptions) => {
      const { writeSite } = await import('#report/site/write-site')
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: (context) => writeSite({ ...options, outputDir }, context),
        describe: ({ directory, projects, builds }) => [
          `The dashboard of ${projects} projects and ${builds} builds is in ${directory}`,
        ],
        exitCode: () => 0,
      })
    })
}
