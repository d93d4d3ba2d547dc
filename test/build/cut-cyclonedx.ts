import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Takes CycloneDX's own schema of bills of materials, without the prose, from the package of its project's library
 * (OWASP Foundation, Apache-2.0):
 *
 *   npm pack --pack-destination /tmp @cyclonedx/cyclonedx-library@10.3.0
 *   tar -xzf /tmp/cyclonedx-cyclonedx-library-10.3.0.tgz -C /tmp
 *   node test/build/cut-cyclonedx.ts /tmp/package/res/schema
 */
const names = ['bom-1.6', 'jsf-0.82', 'spdx']

/** Words that say nothing about what is valid. */
const prose = new Set(['$comment', 'description', 'examples', 'meta:enum', 'title'])

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

function strip(value: Json, isProperties = false): Json {
  if (Array.isArray(value)) return value.map((each) => strip(each))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => isProperties || !prose.has(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner, !isProperties && key === 'properties')]))
}

const [from = ''] = process.argv.slice(2)
const folder = join(import.meta.dirname, 'fixtures/cyclonedx')
await mkdir(folder, { recursive: true })
for (const name of names) {
  const schema = JSON.parse(await readFile(join(from, `${name}.SNAPSHOT.schema.json`), 'utf8')) as Json
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(strip(schema))}\n`)
}
