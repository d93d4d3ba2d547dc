import { existsSync } from 'node:fs'
import { cp, glob, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'

/** The assets that each emitted file names, both absolute. */
export type AssetMap = Readonly<Record<string, readonly string[]>>

const assetUrl = /new URL\((['"])(\.{1,2}\/[^'"]*)\1, import\.meta\.url\)/g

/**
 * Points every asset URL of the emitted tree to the place where a bundle has it,
 * and writes `assets.json`. `globalThis.URL` keeps ncc's own asset mover away: it
 * turns the URL into a string, which `fileURLToPath` refuses, and copies workers
 * without bundling them.
 */
export async function pointToBundledAssets(build: string): Promise<void> {
  const map: Record<string, string[]> = {}
  for await (const path of glob('{src,actions,cache-server}/**/*.js', { cwd: build })) {
    const file = join(build, path)
    const text = await readFile(file, 'utf8')
    const pointed = text.replaceAll(assetUrl, (_whole, _quote, named: string) => {
      const target = resolve(dirname(file), named)
      ;(map[file] ??= []).push(target)
      const slash = named.endsWith('/') ? '/' : ''
      return `new globalThis.URL(${JSON.stringify(`./${placeInBundle(build, target)}${slash}`)}, import.meta.url)`
    })
    if (pointed !== text) await writeFile(file, pointed)
  }
  await writeFile(join(build, 'assets.json'), JSON.stringify(map, null, 2))
}

export async function readAssetMap(build: string): Promise<AssetMap> {
  return JSON.parse(await readFile(join(build, 'assets.json'), 'utf8')) as AssetMap
}

/**
 * Copies one asset of the emitted tree to its place in the bundle: a file, a
 * folder, or, for a program, its own bundle from `programs`.
 *
 * @returns the files that were copied
 */
export async function copyIntoBundle(
  build: string,
  asset: string,
  bundle: string,
  programs: string,
): Promise<readonly string[]> {
  const from = isProgram(build, asset) ? programFolder(build, asset, programs) : asset
  const place = join(bundle, placeInBundle(build, asset))
  const to = isProgram(build, asset) ? dirname(place) : place
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  if (!(await stat(from)).isDirectory()) return [from]
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Programs (workers, lazily loaded clients) that emitted files name by URL, as absolute paths. */
export async function listPrograms(build: string): Promise<readonly string[]> {
  const named = Object.values(await readAssetMap(build)).flat()
  return [...new Set(named.filter((asset) => isProgram(build, asset)))].sort()
}

/** The folder that the bundle of a program lies in until it is copied into the actions that use it. */
export function programFolder(build: string, asset: string, programs: string): string {
  return join(programs, relative(build, asset).replace(/\.js$/, ''))
}

/** Where the asset `target` (absolute) of the emitted tree lies inside a bundle's folder. */
function placeInBundle(build: string, target: string): string {
  const path = relative(build, target)
  return `assets/${isProgram(build, target) ? path.replace(/\.js$/, '/index.js') : path}`
}

/** A program was compiled from TypeScript; another `.js`, e.g. a page's script, is an asset like any. */
function isProgram(build: string, asset: string): boolean {
  return asset.endsWith('.js') && existsSync(join(dirname(build), relative(build, asset).replace(/\.js$/, '.ts')))
}
