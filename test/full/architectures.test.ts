import { expect, test } from 'vitest'
import { boot } from '../boot/boot-run.ts'
import { debianKernel } from '../support/debian-kernel.ts'
import { recordEvidence } from '../support/evidence.ts'

/** Debian 12's kernels of architectures that lkft's own builds do not cover here. */
const rows = [
  { device: 'qemu-i386', name: 'linux-image-686', arch: 'i386', machine: 'i686', more: [] },
  { device: 'qemu-armv7', name: 'linux-image-armmp-lpae', arch: 'armhf', machine: 'armv7l', more: [] },
  { device: 'qemu-ppc64le', name: 'linux-image-powerpc64le', arch: 'ppc64el', machine: 'ppc64le', more: [] },
  { device: 'qemu-s390', name: 'linux-image-s390x', arch: 's390x', machine: 's390x', more: [] },
  // Debian's programs are for the second release of MIPS32, TuxRun's processor only runs those of the sixth.
  { device: 'qemu-mips32el', name: 'linux-image-4kc-malta', arch: 'mipsel', machine: 'mips', more: ['--cpu', '24Kf'] },
  { device: 'qemu-mips64el', name: 'linux-image-5kc-malta', arch: 'mips64el', machine: 'mips64', more: [] },
] as const

test.each(rows)(
  'Debian’s $arch kernel boots on $device and runs commands',
  async ({ device, name, arch, machine, more }) => {
    const { kernel } = await debianKernel(name, arch)
    const command = `test "$(uname -m)" = ${machine}`
    const words = ['--kernel', kernel, '--device', device, ...more, '--suite', 'boot', '--command', command]
    const booted = await boot(...words, '--command', 'false', '--silence', '300')
    const commands = booted.results.filter(({ suite }) => suite === 'commands')
    expect(
      commands.map(({ status }) => status),
      booted.stderr,
    ).toEqual(['pass', 'fail'])
    expect(booted.run).toMatchObject({ state: 'done', kernel_started: true })
    await recordEvidence({
      claim: `boot-${arch}`,
      command: ['lkft boot --kernel vmlinuz --device', device, ...more, "--command 'uname -m'"].join(' '),
      kernel: booted.run.kernel.release ?? 'unknown',
      figure: `shell after ${booted.run.timings.boot_seconds?.toFixed(1)} s; uname -m says ${machine}`,
    })
  },
)
