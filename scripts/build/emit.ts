import { cp, glob, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { runCommand } from '#process/run-command'

/** Folders whose code is emitted. */
const codeFolders = ['src', 'actions', 'cache-server']

/** Folders whose files a source file may name by `new URL('./x', import.meta.url)`. */
const assetFolders = ['src', 'cache-server', 'rootfs', 'images', 'schemas']

/** Imports of the emitted tree: the same names as in the sources, on `.js`. */
export const emittedImports = { '#cache-server/*': './cache-server/*.js', '#*': './src/*.js' }

/**
 * Emits JavaScript of the product (no tests) into `.build/`, with the assets
 * beside it and a package.json that resolves the `#…` imports.
 *
 * @param check type-check too; without it a type error does not stop the emit
 * @throws Error with the compiler's lines
 */
export async function emitProduct(root: string, check: boolean): Promise<void> {
  const target = join(root, '.build')
  await rm(target, { recursive: true, force: true })
  await mkdir(target, { recursive: true })
  const result = await runCommand({
    argv: [process.execPath, tscPath(root), '-p', 'scripts/build', ...(check ? [] : ['--noCheck'])],
    cwd: root,
  })
  if (result.exitCode !== 0) throw new Error(`type check failed\n${result.stdout}${result.stderr}`)
  await writeFile(
    join(target, 'package.json'),
    JSON.stringify({ type: 'module', imports: emittedImports, ...(await identity(root)) }, null, 2),
  )
  for (const folder of assetFolders) await copyAssets(root, folder, target)
  for (const folder of codeFolders) await nameEmittedWorkers(join(target, folder))
}

/** Name, version and licence, so that a bundle knows its own version. */
export async function identity(root: string): Promise<{ name: string; version: string; license: string }> {
  const { name, version, license } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Record<
    'name' | 'version' | 'license',
    string
  >
  return { name, version, license }
}

function tscPath(root: string): string {
  return join(root, 'node_modules/typescript/bin/tsc')
}

async function copyAssets(root: string, folder: string, target: string): Promise<void> {
  for await (const path of glob(`${folder}/**/*`, {
    cwd: root,
    exclude: (name) => /(^|\/)(node_modules|dist)$/.test(name),
  })) {
    // Node's glob leaves out folders by `exclude`, not files.
    if (path.endsWith('.ts') || !(await stat(join(root, path))).isFile()) continue
    await mkdir(dirname(join(target, path)), { recursive: true })
    await cp(join(root, path), join(target, path), { verbatimSymlinks: true })
  }
}

/** A worker is named `./x.ts` in the sources, since Node runs those; here it is `./x.js`. */
async function nameEmittedWorkers(folder: string): Promise<void> {
  for await (const path of glob('**/*.js', { cwd: folder })) {
    const file = join(folder, path)
    const text = await readFile(file, 'utf8')
    const renamed = text.replaceAll(/(new URL\(['"]\.[^'"]*)\.ts(['"], import\.meta\.url\))/g, '$1.js$2')
    if (renamed !== text) await writeFile(file, renamed)
  }
}
