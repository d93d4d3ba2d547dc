import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ElfSection, headerBytes, readSections, readSectionTable } from '#build/elf-sections'
import type { Build } from '#schema/documents'

export type Sizes = NonNullable<Build['sizes']>

/** Largest section table and string table that are believed. */
const largestTable = 16 * 1024 * 1024

/**
 * Measures what was built: the image, vmlinux and its sections, the installed
 * modules. What is not there is null or empty.
 *
 * @param image size of the bootable image; null when there is none
 * @param build the build directory on this machine
 */
export async function measureSizes(build: string, image: number | null): Promise<Sizes> {
  const vmlinux = join(build, 'vmlinux')
  const sections = (await readFileSections(vmlinux)) ?? []
  const bytes = (which: (section: ElfSection) => boolean): number | null =>
    sections.length === 0
      ? null
      : sections.filter((section) => section.allocated && which(section)).reduce((sum, { length }) => sum + length, 0)
  return {
    image,
    vmlinux: await stat(vmlinux).then(
      ({ size }) => size,
      () => null,
    ),
    text: bytes(({ writable, empty }) => !writable && !empty),
    data: bytes(({ writable, empty }) => writable && !empty),
    bss: bytes(({ empty }) => empty),
    sections: sectionSizes(sections),
    modules: await moduleSizes(join(build, 'modinstall/lib/modules')),
  }
}

/** The sections of an ELF file on disk, without reading what is in them; undefined when it is none. */
export async function readFileSections(file: string): Promise<readonly ElfSection[] | undefined> {
  const handle = await open(file, 'r').catch(() => undefined)
  if (handle === undefined) return undefined
  try {
    const part = async (offset: number, size: number): Promise<Buffer> => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(size, largestTable)), 0, undefined, offset)
      return buffer.subarray(0, bytesRead)
    }
    const table = readSectionTable(await part(0, headerBytes))
    if (table === undefined) return undefined
    return await readSections(table, await part(table.offset, table.entrySize * table.count), part)
  } catch {
    // A file that was cut off.
    return undefined
  } finally {
    await handle.close()
  }
}

function sectionSizes(sections: readonly ElfSection[]): Record<string, number> {
  const sizes: Record<string, number> = {}
  for (const { name, length } of sections) if (name !== '') sizes[name] = (sizes[name] ?? 0) + length
  return sizes
}

async function moduleSizes(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder, { recursive: true }).catch((): string[] => [])
  const sizes: Record<string, number> = {}
  for (const name of names.filter((each) => /\.ko(?:\.\w+)?$/.test(each)).sort()) {
    sizes[name.split('/').slice(1).join('/')] = (await stat(join(folder, name))).size
  }
  return sizes
}
