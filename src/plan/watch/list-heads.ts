import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { asList } from '#plan/cells'
import { nameMatcher } from '#plan/match-name'
import { formatCommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'
import type { Plan } from '#schema/documents'

export type Tree = NonNullable<Plan['trees']>[number]

/** Where a branch of a foreign tree stands. */
export interface Head {
  readonly tree: Tree
  readonly branch: string
  readonly commit: string
}

/** A server that does not answer holds the others up no longer. */
const askMs = 60_000

/**
 * Asks each tree where its branches stand; nothing is fetched. A tree that
 * cannot be asked is a warning: the next poll asks it again.
 *
 * @throws LkftError FETCH_FAILED when no tree could be asked
 */
export async function listHeads(trees: readonly Tree[], { reporter, signal }: StageContext): Promise<readonly Head[]> {
  const heads: Head[] = []
  let failed = 0
  for (const tree of trees) {
    signal.throwIfAborted()
    const { argv, env } = askCommand(tree)
    reporter.command(formatCommandLine({ argv }))
    const { exitCode, stdout, stderr, timedOut } = await runCommand({ argv, env }, { signal, timeoutMs: askMs })
    if (exitCode === 0) {
      heads.push(...readHeads(tree, stdout))
      continue
    }
    failed++
    const why = timedOut ? `no answer in ${askMs / 1000} s` : (stderr.trim().split('\n').at(-1) ?? '')
    reporter.warn(`${tree.name}: ${tree.url} cannot be asked: ${why}`)
  }
  if (failed > 0 && failed === trees.length)
    throw new LkftError('FETCH_FAILED', `none of the ${failed} trees could be asked`, {
      hint: "Look at the warnings above; a tree's url must be one that 'git ls-remote' can read without a password.",
    })
  return heads
}

/** What is run to ask a tree. */
export function askCommand({ url }: Tree): { argv: [string, ...string[]]; env: Readonly<Record<string, string>> } {
  return {
    argv: ['git', 'ls-remote', '--quiet', '--symref', '--', url, 'HEAD', 'refs/heads/*'],
    env: { GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'https:http:git:ssh:file' },
  }
}

/** Reads the answer of `git ls-remote --symref`: the branches that the tree follows, or the one that HEAD is. */
export function readHeads(tree: Tree, answer: string): readonly Head[] {
  const lines = answer.split('\n').map((line) => line.split('\t'))
  const wanted = asList(tree.branches)?.map(nameMatcher)
  const main = lines.flatMap(([from = '', to]) => (to === 'HEAD' && from.startsWith('ref: ') ? [from.slice(5)] : []))[0]
  return lines.flatMap(([commit = '', ref = '']) => {
    if (!ref.startsWith('refs/heads/') || !/^[0-9a-f]{40,64}$/.test(commit)) return []
    const branch = ref.slice('refs/heads/'.length)
    const follows = wanted === undefined ? ref === main : wanted.some((matches) => matches(branch))
    return follows ? [{ tree, branch, commit }] : []
  })
}
