import type { Command } from 'commander'
import type { ExplainOptions } from '#cli/plan/explain-plan'

const examples = `
Examples:
  lkft plan                                   explain ./lkft.yaml: jobs, minutes, what is skipped and why
  lkft plan examples/minimal/lkft.yaml --json print every cell as one JSON document (schemas/jobs.schema.json)
  lkft plan --changed arch/arm64/mm/fault.c   what a change of that file would build
  lkft plan --durations lkft-out              balance shards by how long things took in earlier results
  lkft plan import tuxsuite.yaml > lkft.yaml  translate a TuxSuite plan`

/** `lkft plan`: explains a plan; `lkft plan import` translates TuxSuite's. */
export function define(command: Command): void {
  command
    .argument('[file]', 'the plan', 'lkft.yaml')
    .argument('[tuxsuite-plan]', 'after `import`: the TuxSuite plan')
    .option('--json', 'print jobs.json: every cell, shard and what is skipped')
    .option('--changed <path...>', 'paths that a change touches; leaves out what it cannot affect')
    .option('--durations <dir...>', 'earlier build and run directories, for the expected minutes')
    .addHelpText('after', examples)
    .action(async (file: string, foreign: string | undefined, options: ExplainOptions) => {
      if (file === 'import' && foreign !== undefined) {
        const { importPlan } = await import('#cli/plan/import-plan')
        return importPlan(foreign, options)
      }
      const { explainPlan } = await import('#cli/plan/explain-plan')
      return explainPlan(file, options)
    })
}
