import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadDocument } from '#schema/load-document'
import { checkDocument } from '#schema/validate'
import type { DocumentName } from '#schema/documents'

const schemas = new URL('../../schemas/', import.meta.url)

describe('each schema', async () => {
  const names = (await readdir(schemas))
    .filter((name) => name.endsWith('.schema.json'))
    .map((name) => name.replace('.schema.json', ''))

  it.each(names)('%s has an example that it accepts', async (name) => {
    const files = (await readdir(new URL('examples/', schemas))).filter(
      (file) => file.startsWith(`${name}.`) || file.startsWith(`${name}-`),
    )
    const own = files.filter((file) => file.replace(/\.(ya?ml|json)$/, '') === name)
    expect(own, `schemas/examples/${name}.json or .yaml`).not.toEqual([])
    for (const file of own) {
      await expect(
        loadDocument(name as DocumentName, new URL(`examples/${file}`, schemas).pathname),
      ).resolves.toBeDefined()
    }
  })

  it.each(names)('%s is JSON Schema 2020-12 with a title and a description', async (name) => {
    const schema = JSON.parse(await readFile(new URL(`${name}.schema.json`, schemas), 'utf8'))
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
    expect(schema.title).toBeTruthy()
    expect(schema.description).toBeTruthy()
  })
})

describe('a wrong document', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lkft-schema-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is named by file, line, field, value and what is allowed', async () => {
    const file = join(folder, 'lkft.yaml')
    await writeFile(file, 'version: 1\nname: x\nbuilds:\n  - target-arch: arm64\n    runtime: lxc\n    colour: red\n')
    await expect(loadDocument('plan', file)).rejects.toThrow(
      [
        `${file}:5: /builds/0/runtime: "lxc" is not allowed; allowed: null, podman, docker, podman-local, docker-local`,
        `${file}:6: /builds/0/colour: no such field`,
      ].join('\n'),
    )
  })

  it('that is no YAML is refused with the line', async () => {
    const file = join(folder, 'lkft.yaml')
    await writeFile(file, 'version: 1\nname: [\n')
    await expect(loadDocument('plan', file)).rejects.toThrow(/lkft\.yaml:\d+: /)
  })

  it('that is missing is a clear error', async () => {
    await expect(loadDocument('plan', join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'BAD_DOCUMENT' })
  })

  it('does not expand alias bombs', async () => {
    const file = join(folder, 'bomb.yaml')
    const levels = Array.from(
      { length: 12 },
      (_, level) =>
        `l${level}: &l${level} [${
          level === 0
            ? 'x'
            : Array(9)
                .fill(`*l${level - 1}`)
                .join(', ')
        }]`,
    )
    await writeFile(file, `${levels.join('\n')}\n`)
    await expect(loadDocument('plan', file)).rejects.toMatchObject({ code: 'BAD_DOCUMENT' })
  })

  it('names a missing field', async () => {
    await expect(checkDocument('known-issues', { version: 1 }, 'known.yaml')).rejects.toThrow(
      "known.yaml: /: the field 'issues' is missing",
    )
  })
})
