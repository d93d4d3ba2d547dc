import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const actions = ['bisect', 'boot-lab', 'boot-virtual', 'build-kernel', 'plan', 'report', 'watch']

/** Names that the sources read by `inputs.text('…')` and the like, in the action and in what all stages share. */
async function namesRead(action: string): Promise<readonly string[]> {
  const shared = ['bisect', 'plan', 'report', 'watch'].includes(action) ? [] : ['../src/github/stage-inputs.ts']
  const own = (await readdir(join(import.meta.dirname, action))).filter((name) => name.endsWith('.ts'))
  const files = [...own.map((name) => `${action}/${name}`), ...shared]
  const texts = await Promise.all(files.map((file) => readFile(join(import.meta.dirname, file), 'utf8')))
  const reads =
    /(?:\binputs\s*\.(?:text|required|lines|words|pairs|flag|positive|choice)\(|\boptional\w+\(inputs, )'([a-z-]+)'/g
  const names = texts.flatMap((text) => [...text.matchAll(reads)].map(([, name = '']) => name))
  return [...new Set<string>(names)].sort((a, b) => (a < b ? -1 : 1))
}

describe.each(actions)('%s', (action) => {
  test('reads exactly the inputs that its action.yml declares, each with a description', async () => {
    const file = parse(await readFile(join(import.meta.dirname, action, 'action.yml'), 'utf8')) as {
      inputs: Record<string, { description?: string }>
      runs: object
    }
    // The runner masks the token by name, so an action may declare it and read it elsewhere.
    expect(await namesRead(action)).toEqual(Object.keys(file.inputs).sort((a, b) => (a < b ? -1 : 1)))
    for (const { description } of Object.values(file.inputs)) expect(description).toMatch(/^\S.{8,}/)
    // The compiler cache is saved when the job's other steps have run.
    const post = action === 'build-kernel' ? { post: 'dist/index.js' } : {}
    expect(file.runs).toEqual({ using: 'node24', main: 'dist/index.js', ...post })
  })

  test('keeps its main short', async () => {
    const main = await readFile(join(import.meta.dirname, action, 'main.ts'), 'utf8')
    expect(main.split('\n').length).toBeLessThanOrEqual(150)
  })
})
