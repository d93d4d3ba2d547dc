import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generateActionDocs } from './action-docs.ts'
import { generateErrorsPage } from './errors-page.ts'
import { generateGuestScripts } from './guest-scripts.ts'
import { generateMovingOptions } from './moving-options.ts'
import { generatePlanReference } from './plan-reference.ts'
import { generateSchemas } from './schemas.ts'

const root = join(import.meta.dirname, '../..')
const check = process.argv.includes('--check')
const stale: string[] = []

for (const generate of [
  generateSchemas,
  generateActionDocs,
  generateErrorsPage,
  generateGuestScripts,
  generatePlanReference,
  generateMovingOptions,
]) {
  for (const [path, content] of await generate(root)) {
    const file = join(root, path)
    const current = await readFile(file, 'utf8').catch(() => '')
    if (current === content) continue
    stale.push(path)
    if (check) continue
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
}

if (check && stale.length > 0) {
  console.error(`stale, run 'npm run generate' and commit: ${stale.join(', ')}`)
  process.exitCode = 1
} else {
  console.log(stale.length === 0 ? 'generated files are current' : `wrote ${stale.join(', ')}`)
}
