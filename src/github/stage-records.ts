import { cp, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that a comparison reads, without kernels and logs: what a report and later baselines need. */
const recordFiles = {
  build: ['build.json', 'config', 'diagnostics.ndjson', 'metadata.json', 'reproduce.sh'],
  run: ['reproduce.sh', 'run.json', 'tests.ndjson'],
} as const

/** Copies the records of a build or run directory, a few kilobytes, to `target`. */
export async function copyRecords(kind: keyof typeof recordFiles, directory: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true })
  for (const name of recordFiles[kind]) {
    const file = join(directory, name)
    if ((await stat(file).catch(() => undefined))?.isFile() === true) await cp(file, join(target, name))
  }
}
