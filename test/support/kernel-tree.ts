import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { sharedBuild } from './shared-kernel.ts'
import { makeTinyTree } from './tiny-tree.ts'

/** Its make hands out a kernel that was really built, so what comes after the build is real and takes no compile time. */
const makefile = `
tinyconfig:
	@mkdir -p $(O); cp $(CURDIR)/prebuilt/config $(O)/.config
bzImage: vmlinux
	@mkdir -p $(O)/arch/x86/boot; cp $(CURDIR)/prebuilt/bzImage $(O)/arch/x86/boot/bzImage
`

/** A tree in `folder` whose x86_64 build gives the shared kernel with KUnit, or the one of another build directory. */
export async function makeKernelTree(folder: string, from?: string): Promise<string> {
  const build = from ?? (await sharedBuild('x86_64'))
  await makeTinyTree(folder, { 'extra.mk': makefile })
  await mkdir(join(folder, 'prebuilt'), { recursive: true })
  await copyFile(join(build, 'config'), join(folder, 'prebuilt/config'))
  await copyFile(join(build, 'bzImage'), join(folder, 'prebuilt/bzImage'))
  return folder
}
