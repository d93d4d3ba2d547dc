import { join } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { chooseDevice, kernelCommandLine, planMachine } from '#boot/plan-boot'
import { readStage } from '#files/stage-directory'
import { findDevice } from '#machine/find-device'
import { qemuCommand } from '#machine/qemu-command'
import type { CommandLine } from '#process/command-line'
import { findSuites } from '#suites/catalogue'

/**
 * The QEMU commands that `bootKernel` would run, in order, without running any.
 * A build that is not made yet (in a plan) stands with the names its files will have.
 *
 * @throws LkftError for the caller's faults
 */
export async function listBootCommands(request: BootRequest): Promise<readonly CommandLine[]> {
  findSuites(request.suites)
  const made = request.build !== undefined && request.kernel === undefined ? await readBuild(request.build) : undefined
  const device = chooseDevice(request, made?.arch)
  const plan = planMachine(request, device, request.accelerator === 'kvm' ? 'kvm' : 'tcg', request)
  const kernel =
    request.kernel ?? join(request.build ?? '', made?.kernel ?? findDevice(device.name).kernelFiles[0] ?? '')
  const life = ['lkft_session=000000000000', 'printk.devkmsg=on']
  return [
    qemuCommand({
      ...plan,
      kernel,
      initrd: request.rootfs ?? `rootfs-${device.userArch}.cpio`,
      commandLine: kernelCommandLine(device, plan.port, life, request),
    }),
  ]
}

async function readBuild(directory: string): Promise<{ arch: string; kernel: string | null } | undefined> {
  const build = await readStage('build', directory).catch(() => undefined)
  return build === undefined ? undefined : { arch: build.request.target_arch, kernel: build.kernel }
}
