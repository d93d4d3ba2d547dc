import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Qmp } from '#machine/qmp'
import { quoteWord } from '#process/command-line'

const ignoreShared = [{ capability: 'x-ignore-shared', state: true }]
const pollMs = 5
const longestMs = 20_000

/**
 * Stops a machine whose memory is a shared file, and saves all but that memory
 * into `state`. The file then holds the memory of every copy, each of which maps
 * it privately, so that nothing is copied before it is written to.
 *
 * @throws Error with QEMU's words, e.g. for a device that cannot be saved
 */
export async function freezeMachine(control: Qmp, state: string, signal: AbortSignal): Promise<void> {
  await control.execute('stop')
  await control.execute('migrate-set-capabilities', { capabilities: ignoreShared })
  await control.execute('migrate', { uri: `exec:cat >${quoteWord(state)}` })
  const deadline = performance.now() + longestMs
  for (;;) {
    const { status, 'error-desc': why } = (await control.execute('query-migrate')) as Progress
    if (status === 'completed') break
    if (status === 'failed' || status === 'cancelled') throw new Error(why ?? 'QEMU could not save the machine')
    if (performance.now() > deadline) throw new Error(`QEMU saved no state in ${longestMs / 1000} s`)
    await sleep(pollMs, undefined, { signal })
  }
  if ((await stat(state)).size === 0) throw new Error('QEMU saved an empty state')
}

interface Progress {
  readonly status?: string
  readonly 'error-desc'?: string
}

/**
 * Makes a machine that was started with `-incoming defer` go on from a saved state;
 * settles when it runs. What is sent to its ports before that is lost.
 *
 * @throws Error with QEMU's words
 */
export async function thawMachine(control: Qmp, state: string): Promise<void> {
  await control.execute('migrate-set-capabilities', { capabilities: ignoreShared })
  await control.execute('migrate-incoming', { uri: `exec:cat ${quoteWord(state)}` })
  const deadline = performance.now() + longestMs
  for (;;) {
    const { status } = (await control.execute('query-status')) as Progress
    if (status !== 'inmigrate') break
    if (performance.now() > deadline) throw new Error(`QEMU read no state in ${longestMs / 1000} s`)
    await sleep(pollMs)
  }
  await control.execute('cont')
}
