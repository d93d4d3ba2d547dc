import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import standaloneCode from 'ajv/dist/standalone/index.js'
import { compile } from 'json-schema-to-typescript'
import { rolldown } from 'rolldown'

/**
 * Compiles schemas/*.schema.json into src/schema/generated: one import-free
 * standalone validator and one TypeScript type per schema. Gives path → content;
 * nothing is written here, so the stale check and the writer share it.
 */
export async function generateSchemas(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const names = (await readdir(join(root, 'schemas'))).filter((name) => name.endsWith('.schema.json')).sort()
  for (const file of names) {
    const name = basename(file, '.schema.json')
    const schema = JSON.parse(await readFile(join(root, 'schemas', file), 'utf8'))
    files.set(`src/schema/generated/${name}-validator.ts`, await validator(schema, root))
    files.set(`src/schema/generated/${name}.ts`, await types(schema))
  }
  return files
}

const banner = '// Generated from schemas/ by `npm run generate`. Do not edit.\n'

async function validator(schema: object, root: string): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  })
  addFormats.default(ajv)
  const code = standaloneCode.default(ajv, ajv.compile(schema))
  // The standalone code requires ajv's small runtime helpers: bundle them in.
  await mkdir(join(root, 'node_modules/.cache'), { recursive: true })
  const folder = await mkdtemp(join(root, 'node_modules/.cache/schema-'))
  try {
    await writeFile(join(folder, 'validator.mjs'), code)
    const bundle = await rolldown({ input: join(folder, 'validator.mjs'), logLevel: 'silent' })
    const { output } = await bundle.generate({ format: 'esm', comments: false, minify: true })
    await bundle.close()
    return `// @ts-nocheck\n${banner}${output[0].code}`
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function types(schema: { title: string }): Promise<string> {
  const text = await compile(schema, schema.title, {
    bannerComment: banner,
    additionalProperties: false,
    format: true,
    style: { semi: false, singleQuote: true, printWidth: 120 },
    cwd: tmpdir(),
  })
  return text
}
