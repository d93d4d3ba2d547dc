import { readFile } from 'node:fs/promises'
import { parseDocument, stringify } from 'yaml'
import { LkftError } from '#errors/lkft-error'

/** A job as it will be submitted. */
export interface JobDefinition {
  readonly text: string
  readonly deviceType: string
  /** `context.arch`, when the job says it. */
  readonly arch: string | undefined
}

/**
 * Reads a job file, replaces `@name@` inside its values (after parsing, so that
 * no value can change the job's structure) and puts a mark behind its name, by
 * which the job is found again when the answer to its submission got lost.
 *
 * @throws LkftError BAD_DOCUMENT
 */
export async function readJob(
  file: string,
  values: Readonly<Record<string, string>>,
  mark: string,
): Promise<JobDefinition> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new LkftError('BAD_DOCUMENT', `${file}: cannot be read: ${error.message}`, { cause: error })
  })
  const document = parseDocument(text)
  const [broken] = document.errors
  if (broken !== undefined) throw new LkftError('BAD_DOCUMENT', `${file}: ${broken.message.split('\n', 1)[0]}`)
  const job = replace(document.toJS({ maxAliasCount: 100 }), values)
  const { device_type: deviceType, job_name: name, context } = isRecord(job) ? job : {}
  if (typeof deviceType !== 'string') {
    throw new LkftError('BAD_DOCUMENT', `${file}: 'device_type' is missing: multinode jobs are not supported`)
  }
  const jobName = `${typeof name === 'string' ? name.slice(0, 150) : 'lkft'} [${mark}]`
  const arch = isRecord(context) && typeof context['arch'] === 'string' ? context['arch'] : undefined
  return { text: stringify({ ...(job as object), job_name: jobName }), deviceType, arch }
}

function replace(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(/@([a-z][a-z0-9_-]*)@/g, (whole, name: string) => values[name] ?? whole)
  }
  if (Array.isArray(value)) return value.map((item) => replace(item, values))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replace(item, values)]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
