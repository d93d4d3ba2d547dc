import { readFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { LkftError } from '#errors/lkft-error'
import { importTuxsuite } from '#plan/import-tuxsuite'
import { readTuxsuitePlan } from '#plan/tuxsuite-plan'

/** Prints a TuxSuite plan as an lkft plan; what it cannot say goes to stderr and into the file as comments. */
export async function importPlan(file: string, options: { readonly json?: boolean }): Promise<void> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new LkftError('BAD_ARGUMENT', `${file} cannot be read: ${error.message}`, { cause: error })
  })
  const { plan, notes } = importTuxsuite(readTuxsuitePlan(text, file))
  for (const note of notes) process.stderr.write(`lkft: ${note}\n`)
  if (options.json === true) process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`)
  else process.stdout.write([...notes.map((note) => `# ${note}\n`), stringify(plan, { lineWidth: 100 })].join(''))
}
