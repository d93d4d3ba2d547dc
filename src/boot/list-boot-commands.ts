import { join } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { listFvpCommands } from '#boot/fvp/boot-on-fvp'
import { findFvp } from '#boot/fvp/fvp-device'
import { chooseDevice, kernelCommandLine, machineCommand, planMachine, portArgument } from '#boot/plan-boot'
import { rootKindOfName } from '#boot/root-source'
import { resolveRootfs } from '#boot/rootfs/resolve-rootfs'
import { listSshCommands } from '#boot/ssh/boot-over-ssh'
import { sshDevice } from '#boot/ssh/ssh-target'
import { withTuxbuild } from '#boot/tuxmake-build'
import { readStage } from '#files/stage-directory'
import type { CommandLine } from '#process/command-line'
import { findSuites } from '#suites/catalogue'

/**
 * The QEMU commands that `bootKernel` would run, in order, without running any.
 * A build that is not made yet (in a plan) stands with the names its files will have.
 *
 * @throws LkftError for the caller's faults
 */
export async function listBootCommands(asked: BootRequest): Promise<readonly CommandLine[]> {
  findSuites(asked.suites)
  if (asked.device === sshDevice) return listSshCommands(asked)
  const model = findFvp(asked.device)
  if (model !== undefined) return listFvpCommands(asked, model)
  const request = await resolveRootfs(await withTuxbuild(asked))
  const made = request.build !== undefined && request.kernel === undefined ? await readBuild(request.build) : undefined
  const device = chooseDevice(request, made?.arch)
  const { rootfs } = request
  const disk =
    rootfs !== undefined && rootKindOfName(rootfs) === 'disk' ? ({ file: rootfs, format: 'raw' } as const) : undefined
  const { dtb, bios, pflash } = request
  const plan = planMachine(request, device, request.accelerator === 'kvm' ? 'kvm' : 'tcg', { dtb, bios, pflash, disk })
  const kernel = request.kernel ?? join(request.build ?? '', made?.kernel ?? device.kernelFiles[0] ?? '')
  const life = [portArgument(plan), 'lkft_session=000000000000', 'printk.devkmsg=on']
  const own = `rootfs-${device.userArch}.cpio`
  const initrd = disk === undefined ? (rootfs ?? own) : request.profile === 'tuxrun' ? undefined : own
  const commandLine = kernelCommandLine(plan, life, request)
  return [machineCommand({ ...plan, kernel, initrd, commandLine }, request)]
}

async function readBuild(directory: string): Promise<{ arch: string; kernel: string | null } | undefined> {
  const build = await readStage('build', directory).catch(() => undefined)
  return build === undefined ? undefined : { arch: build.request.target_arch, kernel: build.kernel }
}
