import { readFile } from 'node:fs/promises'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkWorkflow } from './check-workflow.ts'
import { Host } from './host.ts'
import { runWorkflow } from './run-workflow.ts'
import { repositoryFrom } from './throwaway.ts'

const usage = `usage: node test/runner/main.ts [run] WORKFLOW [options]

  --directory DIR        repository, or a folder taken as one; the current one when absent
  --event NAME           push (default), pull_request, workflow_dispatch, …
  --event-file FILE      payload of the event, JSON
  --input NAME=VALUE     input of a dispatch or call; may be repeated
  --job ID               only this job and what it needs; may be repeated
  --ref REF              full ref of the event, refs/heads/main when absent
  --repository NAME      owner/name of the repository, local/repository when absent
  --secret NAME=VALUE    may be repeated
  --var NAME=VALUE       may be repeated
  --checked-out          put the repository's files into each workspace, as a checkout would
  --stand-in ACTION=DIR  folder that stands for an action (owner/name[/path]); may be repeated
  --no-check             do not ask the official parser first
  --json                 print the whole result as JSON

Ends with 0 for success and skipped, 1 for failure, 2 for a file that is not valid, 130 when cancelled.`

/** Runs one workflow of a repository on this machine. */
async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      directory: { type: 'string', default: '.' },
      event: { type: 'string', default: 'push' },
      'event-file': { type: 'string' },
      input: { type: 'string', multiple: true, default: [] },
      job: { type: 'string', multiple: true },
      ref: { type: 'string', default: 'refs/heads/main' },
      repository: { type: 'string', default: 'local/repository' },
      secret: { type: 'string', multiple: true, default: [] },
      var: { type: 'string', multiple: true, default: [] },
      'stand-in': { type: 'string', multiple: true, default: [] },
      'checked-out': { type: 'boolean', default: false },
      'no-check': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  const [file] = positionals[0] === 'run' ? positionals.slice(1) : positionals
  if (values.help || file === undefined) {
    console.log(usage)
    return values.help ? 0 : 2
  }
  const directory = resolve(values.directory)
  const path = relative(directory, resolve(directory, file))
  if (!values['no-check']) {
    const problems = await checkWorkflow(path, await readFile(join(directory, path), 'utf8'))
    for (const { line, message } of problems) console.error(`${path}:${line ?? '?'}: ${message}`)
    if (problems.length > 0) return 2
  }
  const payload =
    values['event-file'] === undefined ? {} : (JSON.parse(await readFile(values['event-file'], 'utf8')) as object)
  const inputs = pairs(values.input)
  const event = Object.keys(inputs).length === 0 ? payload : { ...payload, inputs }
  // The folder as it is now becomes a commit of its own: the workflow's files are always read from a commit.
  await using repository = await repositoryFrom(directory)
  const workDirectory = await mkdtemp(join(tmpdir(), 'lkft-runner-'))
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort())
  process.once('SIGTERM', () => controller.abort())
  try {
    const host = new Host({
      repositories: { [values.repository]: repository.folder },
      workDirectory,
      secrets: pairs(values.secret),
      variables: pairs(values.var),
      standIns: Object.fromEntries(
        Object.entries(pairs(values['stand-in'])).map(([name, folder]) => [name, resolve(folder)]),
      ),
      ...(values['checked-out'] ? { prefill: repository.folder } : {}),
      onLine: (job, line) => console.error(`[${job}] ${line}`),
    })
    const result = await runWorkflow(host, {
      repository: values.repository,
      path,
      event: { name: values.event, payload: event as Record<string, unknown>, ref: values.ref, sha: repository.sha },
      signal: controller.signal,
      ...(values.job === undefined ? {} : { jobs: values.job }),
    })
    if (values.json) console.log(JSON.stringify(result, null, 2))
    else for (const job of result.jobs) console.log(`${job.result.padEnd(9)} ${job.name} (${job.seconds.toFixed(1)} s)`)
    console.error(
      result.triggered ? `${result.name}: ${result.conclusion}` : `${result.name}: not started, ${result.reason}`,
    )
    return { success: 0, skipped: 0, failure: 1, cancelled: 130 }[result.conclusion]
  } finally {
    await rm(workDirectory, { recursive: true, force: true })
  }
}

function pairs(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const equals = word.indexOf('=')
      if (equals <= 0) throw new Error(`${word}: NAME=VALUE was expected`)
      return [word.slice(0, equals), word.slice(equals + 1)]
    }),
  )
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 2
}
