import { parseArtifactName } from '#github/artifact-names'
import type { RunEvent } from '#github/event'
import { quoteWord } from '#process/command-line'

/** The folder that a job keeps the fetched build of a cell in, and the artifact's name. */
const fetchedBuild = /(?<=\s)\/[^\s']+\/lkft\/builds\/([A-Za-z0-9._+@=-]+)(?=\s|$)/g

/**
 * The command of a run as a reader on another machine repeats it: a build that
 * the job had fetched is downloaded with GitHub's own client first. A command
 * without such a build is left as it is.
 *
 * @returns one line for each command, quoted for a shell
 */
export function commandElsewhere(
  command: string,
  { repository, runId }: Pick<RunEvent, 'repository' | 'runId'>,
): string {
  const names = new Set<string>()
  const words = command.replaceAll(fetchedBuild, (path, name: string) => {
    if (parseArtifactName(name)?.kind !== 'build') return path
    names.add(name)
    return name
  })
  const downloads = [...names].map(
    (name) => `gh run download ${runId} --repo ${quoteWord(repository)} --name ${name} --dir ${name}`,
  )
  return [...downloads, words].join('\n')
}
