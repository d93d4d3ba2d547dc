// A job's step with the unmodified @actions/cache: `node restore-client.ts save|restore FILE KEY`; prints milliseconds.
import { rmSync } from 'node:fs'
import { restoreCache, saveCache } from '@actions/cache'

const [what = '', file = '', key = ''] = process.argv.slice(2)
if (what === 'restore') rmSync(file, { force: true })
const began = performance.now()
const done = what === 'save' ? await saveCache([file], key) : await restoreCache([file], key)
const ms = performance.now() - began
if (done === undefined) throw new Error(`${key} was not found`)
process.stdout.write(`\nTOOK ${ms}\n`)
