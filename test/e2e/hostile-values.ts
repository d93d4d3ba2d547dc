import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WorkflowResult } from '../runner/result.ts'

/** What strangers write into contexts, each with the name of its context in it, and a folder that shows what was run. */
export interface Hostile extends AsyncDisposable {
  /** Where a text may hold anything: a title, a body, a label, a line of a build. */
  readonly text: (context: string) => string
  /** What git and GitHub take as the name of a branch or tag. */
  readonly ref: (context: string) => string
  /** The contexts whose text was executed since this was asked last. */
  readonly executed: () => Promise<readonly string[]>
}

/** Values that shells, the runner, expressions and Markdown would each take for more than text. */
export async function makeHostile(): Promise<Hostile> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-executed-'))
  return {
    text: (context) => {
      const touch = `touch ${join(folder, context)}`
      return [
        `$(${touch})\`${touch}\`"; ${touch}; "'; ${touch}; '|${touch}&&`,
        `::set-output name=forged::${context}`,
        `::set-env name=BASH_ENV::${context}`,
        `::error title=forged::forged ${context}`,
        `##[error]forged ${context}`,
        `%0A::error::forged ${context}%0D%0A`,
        `forged=${context}`,
        'ghadelimiter_0',
        'EOF',
        `forged<<EOF`,
        '${{ github.token }}${{ toJSON(secrets) }}',
        `@octo/everyone #1 </details></summary><img src=x onerror=alert(1)><!-- --> [x](https://evil.example) \u202e\u2066\u200b ${context}`,
        touch,
      ].join('\n')
    },
    ref: (context) => {
      const touch = `touch\${IFS}${join(folder, context)}`
      return `x$(${touch})\`${touch}\`";${touch};"';${touch};'@octo/everyone&&${touch}`
    },
    executed: async () => {
      const names = await readdir(folder)
      await Promise.all(names.map((name) => rm(join(folder, name))))
      return names.sort()
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Outputs, annotations and summaries of a run that only a forged command can have made. */
export function listForged(result: WorkflowResult): readonly string[] {
  return result.jobs.flatMap((job) => {
    const outputs = [job.outputs, ...job.steps.map((step) => step.outputs)].flatMap((each) => Object.keys(each))
    const notes = [...job.annotations, ...job.steps.flatMap((step) => step.annotations)]
    return [
      ...outputs.filter((name) => name === 'forged').map((name) => `${job.name}: output ${name}`),
      ...notes
        .filter(({ title = '', message }) => title.startsWith('forged') || message.startsWith('forged '))
        .map(({ message }) => `${job.name}: annotation ${message}`),
    ]
  })
}
