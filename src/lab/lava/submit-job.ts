import { setTimeout as sleep } from 'node:timers/promises'
import { LkftError } from '#errors/lkft-error'
import { labFailed } from '#lab/lab-failed'
import { type LavaApi, refused, sayWhy } from '#lab/lava/lava-api'

const tries = 3
const pauseMs = 2000

/**
 * Submits a job exactly once. When an answer got lost, the job is looked for by
 * its mark before it is submitted again.
 *
 * @returns the job's number
 * @throws LkftError BAD_ARGUMENT for what the server does not accept, LAB_FAILED when it does not answer
 */
export async function submitJob(
  api: LavaApi,
  server: string,
  definition: string,
  mark: string,
  signal: AbortSignal,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const answer = await api.post('jobs/', { definition }).catch((error: Error) => error)
    signal.throwIfAborted()
    if (!(answer instanceof Error)) {
      if (answer.status === 201) return readId(answer.text)
      if (answer.status === 401 || answer.status === 403) throw refused(server, 'jobs/', answer)
      if (answer.status < 500) {
        throw new LkftError('BAD_ARGUMENT', `${server} does not accept the job: ${sayWhy(answer.text)}`)
      }
    }
    const lost = await findByMark(api, mark)
    if (lost !== undefined) return lost
    const why = answer instanceof Error ? answer.message : `HTTP ${answer.status}: ${sayWhy(answer.text)}`
    if (attempt === tries) throw labFailed('LAVA', `${server} takes no job: ${why}`)
    await sleep(pauseMs, undefined, { signal })
  }
}

function readId(text: string): number {
  const { job_ids: ids = [] } = JSON.parse(text) as { job_ids?: readonly (string | number)[] }
  const [first] = ids
  if (ids.length !== 1 || first === undefined || !/^\d+$/.test(String(first))) {
    throw new LkftError('BAD_ARGUMENT', `the job became ${ids.length} jobs: multinode jobs are not supported`)
  }
  return Number(first)
}

async function findByMark(api: LavaApi, mark: string): Promise<number | undefined> {
  const [job] = await api.list<{ id: number }>(`jobs/?description__contains=${encodeURIComponent(mark)}`)
  return job?.id
}

/** Whoever the token belongs to. @throws LkftError BAD_ARGUMENT when it is nobody */
export async function checkUser(api: LavaApi, server: string): Promise<string> {
  const { user } = await api.json<{ user: string }>('system/whoami/')
  if (user !== '') return user
  throw new LkftError('BAD_ARGUMENT', `${server} knows nobody by this token`, { hint: 'Give the token of a user.' })
}
