import { cpioFile, cpioHeader, cpioTrailer, fileType } from '#files/cpio'
import { reseedProgram } from '#suites/reseed-program'
import { guestScripts } from '#suites/generated/guest-scripts'

const folders = 'bin dev etc lib lkft lkft/suites mnt opt proc root run sys tmp usr usr/bin usr/sbin var'

/** Devices that a program may want before, or without, devtmpfs: name, major, minor. */
const nodes: readonly (readonly [string, number, number])[] = [
  ['console', 5, 1],
  ['full', 1, 7],
  ['hvc1', 229, 1],
  ['kmsg', 1, 11],
  ['null', 1, 3],
  ['random', 1, 8],
  ['tty', 5, 0],
  ['ttyAMA1', 204, 65],
  ['ttyS1', 4, 65],
  ['urandom', 1, 9],
  ['zero', 1, 5],
]

const accounts = 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n'

/** The first archive of the root file system: busybox, its links, devices, lkft's init and suites. */
export function guestArchive(busybox: Uint8Array, arch: string): Buffer {
  const applets = script('applets.txt').trim().split('\n')
  return Buffer.concat([
    ...folders.split(' ').map((path) => directory(path)),
    ...nodes.map(([name, major, minor]) =>
      cpioHeader({ path: `dev/${name}`, mode: fileType.character | 0o666, size: 0, device: { major, minor } }),
    ),
    cpioFile('bin/busybox', fileType.regular | 0o755, busybox),
    ...applets.map((name) => cpioFile(`bin/${name}`, fileType.link | 0o777, 'busybox')),
    cpioFile('sbin', fileType.link | 0o777, 'bin'),
    cpioFile('etc/passwd', fileType.regular | 0o644, accounts),
    cpioFile('etc/group', fileType.regular | 0o644, 'root:x:0:\nnogroup:x:65534:\n'),
    cpioFile('etc/hosts', fileType.regular | 0o644, '127.0.0.1 localhost lkft\n'),
    cpioFile('init', fileType.regular | 0o755, script('init')),
    ...runnerFiles(arch),
    cpioTrailer(),
  ])
}

/** Where `runnerArchive` puts lkft's init; the kernel is told by `rdinit=`. */
export const ownInit = '/lkft/init'

/** The runner, its init and the suites' scripts alone, to lie over somebody else's root file system. */
export function runnerArchive(arch: string): Buffer {
  const init = cpioFile(ownInit.slice(1), fileType.regular | 0o755, script('init'))
  return Buffer.concat([directory('lkft'), directory('lkft/suites'), init, ...runnerFiles(arch), cpioTrailer()])
}

function runnerFiles(arch: string): readonly Buffer[] {
  const reseed = reseedProgram(arch)
  const scripts = Object.entries(guestScripts)
    .filter(([path]) => path === 'runner' || path === 'disk' || path.startsWith('suites/'))
    .map(([path, content]) => cpioFile(`lkft/${path}`, fileType.regular | 0o755, content))
  return [...scripts, ...(reseed === undefined ? [] : [cpioFile('lkft/reseed', fileType.regular | 0o755, reseed)])]
}

function script(path: string): string {
  const content = guestScripts[path]
  if (content === undefined) throw new RangeError(`rootfs/${path} is missing`)
  return content
}

function directory(path: string): Buffer {
  return cpioHeader({ path, mode: fileType.directory | 0o755, size: 0 })
}
