import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Architecture, sourceArchitecture } from '#build/architectures'

/** The Kconfig files of a tree for one architecture, from the top one through every `source`. */
export async function readKconfigFiles(root: string, architecture: Architecture): Promise<readonly string[]> {
  return [...loadKconfig(root, architecture).keys()]
}

/** Text of each Kconfig file, by absolute path, in the order they are first named. */
export function loadKconfig(root: string, architecture: Architecture): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const visit = (file: string): void => {
    if (texts.has(file)) return
    let text: string
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      // A file that another architecture has, or that a build generates.
      return
    }
    texts.set(file, text)
    for (const [, name = ''] of text.matchAll(/^\s*source\s+"([^"]+)"/gm)) {
      visit(join(root, expand(name, architecture)))
    }
  }
  visit(join(root, 'Kconfig'))
  return texts
}

/** `$(SRCARCH)` and the few others that stand in `source` lines. */
function expand(name: string, architecture: Architecture): string {
  return name
    .replaceAll(/\$\(?SRCARCH\)?/g, sourceArchitecture(architecture))
    .replaceAll(/\$\(?ARCH\)?/g, architecture.arch)
    .replaceAll(/\$\(?HEADER_ARCH\)?/g, 'x86')
}
