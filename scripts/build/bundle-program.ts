import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import ncc from '@vercel/ncc'
import { copyIntoBundle, readAssetMap } from './place-assets.ts'

/**
 * Bundles one emitted program into a folder that runs alone: `index.js`, lazy
 * chunks, `assets/`, `licenses.txt`, `package.json`.
 *
 * @param programs folder of the programs that this one names by URL, bundled before
 * @returns every file that went in, so that the caller can tell when to bundle again
 */
async function bundle(build: string, entry: string, folder: string, programs: string): Promise<Set<string>> {
  const { code, assets, stats } = await ncc(entry, { cache: false, quiet: true, license: 'licenses.txt' })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'index.js'), code)
  for (const [name, { source }] of Object.entries(assets)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), source)
  }
  const { name, version, license } = JSON.parse(await readFile(join(build, 'package.json'), 'utf8'))
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ name, version, license, type: 'module' })}\n`)
  const inputs = new Set([...stats.compilation.fileDependencies].filter((file) => /\.(js|mjs|cjs|json)$/.test(file)))
  const assetMap = await readAssetMap(build)
  for (const asset of new Set([...inputs].flatMap((file) => assetMap[file] ?? []))) {
    for (const file of await copyIntoBundle(build, asset, folder, programs)) inputs.add(file)
  }
  return inputs
}

// A program of its own, since ncc is one busy thread: BUILD ENTRY FOLDER PROGRAMS; prints the inputs as JSON.
const [build, entry, folder, programs] = process.argv.slice(2)
if (build === undefined || entry === undefined || folder === undefined || programs === undefined)
  throw new Error('usage: bundle-program.ts BUILD ENTRY FOLDER PROGRAMS')
process.stdout.write(JSON.stringify([...(await bundle(build, entry, folder, programs))].sort()))
