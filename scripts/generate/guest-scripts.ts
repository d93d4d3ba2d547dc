import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of rootfs/ as a module, so that bundles carry them. */
export async function generateGuestScripts(root: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(root, 'rootfs')
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = names
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
  const rows = await Promise.all(
    paths.map(
      async (path) => `  ${JSON.stringify(path)}: ${JSON.stringify(await readFile(join(folder, path), 'utf8'))},`,
    ),
  )
  const text = [
    "// Generated from rootfs/ by 'npm run generate'; do not edit.",
    'export const guestScripts: Readonly<Record<string, string>> = {',
    ...rows,
    '}',
    '',
  ].join('\n')
  return new Map([['src/suites/generated/guest-scripts.ts', text]])
}
