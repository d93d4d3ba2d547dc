import { setTimeout as sleep } from 'node:timers/promises'
import type { LavaApi } from '#lab/lava/lava-api'
import { type LavaEntry, readLavaLine, wholeLines } from '#lab/lava/lava-log'

/** A job as the server has it; a superuser's answer also holds its secret token, which nothing here reads. */
export interface LavaJob {
  readonly state: string
  readonly health: string
  readonly actual_device: string | null
  readonly requested_device_type: string | null
}

export interface FollowOptions {
  readonly signal: AbortSignal
  readonly pollMs: number
  readonly onEntry: (entry: LavaEntry) => void
  /** Every look at a job that is not finished. */
  readonly onState: (job: LavaJob) => void
}

/**
 * Follows a job to its end. Its log is over only when the job is finished and
 * one more look brought nothing; HTTP 404 means that nothing more is there yet.
 */
export async function followJob(api: LavaApi, id: number, options: FollowOptions): Promise<LavaJob> {
  let lines = 0
  const readLog = async (): Promise<number> => {
    const { status, text } = await api.get(`jobs/${id}/logs/?start=${lines}`)
    if (status !== 200) return 0
    const fresh = wholeLines(text)
    for (const line of fresh) {
      const entry = readLavaLine(line)
      if (entry !== undefined) options.onEntry(entry)
    }
    lines += fresh.length
    return fresh.length
  }
  for (;;) {
    const job = await api.json<LavaJob>(`jobs/${id}/`)
    const fresh = job.state === 'Submitted' ? 0 : await readLog()
    if (job.state !== 'Finished') options.onState(job)
    else if (fresh === 0) return job
    if (fresh === 0) await sleep(options.pollMs, undefined, { signal: options.signal })
  }
}
