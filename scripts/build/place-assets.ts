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

/** Copies one asset (file or folder) of the emitted tree to its place in the bundle; gives the files copied. */
export async function copyIntoBundle(build: string, asset: string, bundle: string): Promise<readonly string[]> {
  const place = join(bundle, placeInBundle(build, asset))
  await mkdir(dirname(place), { recursive: true })
  await cp(asset, place, { recursive: true, verbatimSymlinks: true })
  if (!(await stat(asset)).isDirectory()) return [asset]
  const entries = await readdir(asset, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** The folder inside a bundle that holds the bundled worker `asset`. */
export function workerFolder(build: string, asset: string, bundle: string): string {
  return dirname(join(bundle, placeInBundle(build, asset)))
}

/** Where the asset `target` (absolute) of the emitted tree lies inside a bundle's folder. */
function placeInBundle(build: string, target: string): string {
  return `assets/${relative(build, target).replace(/\.js$/, '/index.js')}`
}
