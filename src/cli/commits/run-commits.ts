import { buildCommits } from '#bisect/build-commits'
import { buildKernel } from '#build/build-kernel'
import { listBuildCommands } from '#build/list-build-commands'
import { type HistoryBuildFlags, readHistoryBuild } from '#cli/bisect/history-build'
import { makeBuildCommit } from '#cli/commits/build-commit'
import { type CommonOptions, runStage } from '#cli/stage-command'
import { printable } from '#log/printable'
import type { Commits } from '#schema/documents'

/** The command line of `lkft commits`. */
export interface CommitsFlags extends CommonOptions, HistoryBuildFlags {
  readonly base: string
  readonly head: string
}

/** Runs `lkft commits`. */
export async function runCommits(flags: CommitsFlags): Promise<void> {
  const outputDir = flags.outputDir ?? 'lkft-commits'
  const build = readHistoryBuild(flags, outputDir, ['config', 'kernel', 'modules'])
  const request = { source: flags.source, series: { base: flags.base, head: flags.head }, outputDir }
  await runStage(flags, {
    list: async () => listBuildCommands(build),
    run: (context) => buildCommits(request, makeBuildCommit(build, outputDir, buildKernel, context), context),
    describe: (record) => describeCommits(record, outputDir),
    exitCode: exitCodeOfCommits,
  })
}

/** 1 when a commit breaks the build or warns. */
export function exitCodeOfCommits({ state, commits }: Commits): number {
  if (state !== 'done') return 130
  return commits.some(({ effect }) => effect !== 'none' && effect !== 'mends') ? 1 : 0
}

function describeCommits({ commits }: Commits, directory: string): readonly string[] {
  const lines = commits.flatMap(({ sha, title, effect, reason, messages }) => [
    `  ${(effect === 'none' ? 'ok' : effect).padEnd(6)} ${sha.slice(0, 12)} ${title}`,
    ...(reason === null ? [] : [`         ${reason}`]),
    ...messages.map((message) => `         ${message}`),
  ])
  return [...lines.map(printable), `  in ${directory}`]
}
