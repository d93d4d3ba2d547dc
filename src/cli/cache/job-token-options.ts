import type { Command } from 'commander'

const jobTokenHelp = `
Inside a GitHub Actions job, without --repository, the event decides which refs: a pull request writes its own alone,
and one of a fork writes none.

Examples:
  lkft cache job-token --server http://cache:8080 --token-file secret >job.env
  lkft cache job-token --dir /srv/cache --repository lab/linux --run 100 --write refs/heads/main >job.env`

/** Options of `lkft cache job-token`. */
export function addJobTokenOptions(command: Command): Command {
  const collect = (ref: string, earlier: readonly string[]): readonly string[] => [...earlier, ref]
  return command
    .option('--repository <owner/name>', "whose caches; the job's own when absent")
    .option('--run <id>', 'id of the workflow run')
    .option('--job <id>', 'id of the job')
    .option('--write <ref>', 'ref whose caches the job reads and writes; may be repeated', collect, [])
    .option('--read <ref>', 'ref whose caches it reads only; may be repeated', collect, [])
    .addHelpText('after', jobTokenHelp)
}
