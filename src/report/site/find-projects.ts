import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import { checkName, indexFile, type ProjectIndex } from '#results/repository/layout'
import { readIndex } from '#results/repository/store'

/** The projects of a pulled repository, by name; none is no error. */
export async function findProjects(directory: string): Promise<readonly ProjectIndex[]> {
  const found: ProjectIndex[] = []
  const entries = await readdir(directory, { withFileTypes: true })
  for (const { name } of entries.filter((entry) => entry.isDirectory()).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const isProject = await isFile(join(directory, name, 'index.json'))
    if (!isProject) continue
    const index = await readIndex(directory, name)
    checkPaths(index)
    found.push(index)
  }
  return found
}

/**
 * What a repository names is read and copied to a public place, so nothing outside
 * the project's own folder is taken.
 */
function checkPaths({ project, builds, packs }: ProjectIndex): void {
  for (const { id } of builds) checkName('the build', id)
  const measured = builds.flatMap(({ metrics }) => metrics ?? [])
  for (const file of [...builds, ...packs].map((entry) => entry.file).concat(measured)) {
    const [folder, month, name, ...rest] = file.split('/')
    const isOwn = folder === project && rest.length === 0 && /^(\d{4}-\d{2}|history)$/.test(month ?? '')
    if (!isOwn || !/^[A-Za-z0-9][A-Za-z0-9._-]*\.(parquet|pack|metrics\.json)$/.test(name ?? '')) {
      throw new LkftError('BAD_DOCUMENT', `${indexFile(project)}: '${file}' is no file of this project`)
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}
