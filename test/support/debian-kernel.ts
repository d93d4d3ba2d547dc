import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { silentReporter } from '#log/reporter'
import { fetchPackage } from '#suites/fetch-package'

const cacheDirectory = join(import.meta.dirname, '../../.cache/lkft')

export interface DebianKernel {
  /** The image, as the package has it. */
  readonly kernel: string
  readonly release: string
  /** Folder that holds lib/modules. */
  readonly folder: string
}

/** A kernel of Debian's for any architecture: what a metapackage such as `linux-image-s390x` stands for; fetched once. */
export async function debianKernel(name: string, debianArch: string, releases = ['bookworm']): Promise<DebianKernel> {
  const context = { reporter: silentReporter, signal: new AbortController().signal }
  const dependency = /^linux-image-\d/
  const folder = await fetchPackage({ name, debianArch, releases, cacheDirectory, dependency }, context)
  const image = (await readdir(join(folder, 'boot'))).find((file) => file.startsWith('vmlinu'))
  if (image === undefined) throw new Error(`${name} holds no kernel`)
  return { kernel: join(folder, 'boot', image), release: image.slice(image.indexOf('-') + 1), folder }
}
