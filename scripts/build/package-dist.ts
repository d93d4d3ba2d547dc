import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emittedImports, identity } from './emit.ts'

/** Folders of the emitted tree that the npm package ships. */
const shipped = ['src', 'cache-server', 'rootfs', 'images', 'schemas', 'dashboard']

/** Copies the emitted tree, without the actions, to `dist/`: what `bin/lkft` of the npm package runs. */
export async function packageDist(root: string): Promise<void> {
  const folder = join(root, 'dist.new')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  for (const name of shipped) {
    await cp(join(root, '.build', name), join(folder, name), { recursive: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
  }
  const content = { ...(await identity(root)), type: 'module', imports: emittedImports }
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(content, null, 2)}\n`)
  await rm(join(root, 'dist'), { recursive: true, force: true })
  await rename(folder, join(root, 'dist'))
}
