import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Runs `work` while no other process runs it under the same lock file; a lock whose process died is taken over. */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true })
  while (!(await take(file))) {
    if (!(await holderLives(file))) await rm(file, { force: true })
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx')
    await handle.writeFile(String(process.pid))
    await handle.close()
    return true
  } catch {
    return false
  }
}

async function holderLives(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  // Gone, or taken this moment and not yet written to.
  if (text === undefined || text === '') return true
  try {
    process.kill(Number(text), 0)
    return true
  } catch {
    return false
  }
}
