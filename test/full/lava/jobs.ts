/** What a test job changes in the common definition. */
export interface JobChange {
  readonly kernelArguments?: string
  readonly steps?: readonly string[]
  readonly kernel?: string
  readonly testSeconds?: number
}

/** A QEMU job whose guest comes up with a root shell; values in `@…@` are filled in by lkft. */
export function qemuJob({ kernelArguments = '', steps = ['true'], kernel = '@kernel@', testSeconds = 240 }: JobChange) {
  return {
    device_type: 'qemu',
    job_name: 'lkft test',
    priority: 'medium',
    visibility: 'public',
    timeouts: { job: { minutes: 15 }, action: { minutes: 10 }, connection: { minutes: 5 } },
    context: { arch: 'x86_64' },
    actions: [
      {
        deploy: {
          to: 'tmpfs',
          timeout: { minutes: 5 },
          os: 'oe',
          images: {
            kernel: {
              image_arg: `-kernel {kernel} -append "console=ttyS0 rdinit=/shell ${kernelArguments}"`,
              url: kernel,
            },
            initrd: {
              image_arg: '-initrd {initrd}',
              url: '@ramdisk@',
              format: 'cpio.newc',
              overlays: { lava: true },
            },
          },
        },
      },
      { boot: { method: 'qemu', media: 'tmpfs', timeout: { minutes: 5 }, prompts: ['/ #'] } },
      {
        test: {
          timeout: { seconds: testSeconds },
          definitions: [
            {
              from: 'inline',
              name: 'smoke',
              path: 'inline/smoke.yaml',
              repository: {
                metadata: { format: 'Lava-Test Test Definition 1.0', name: 'smoke', description: 'smoke' },
                run: { steps },
              },
            },
          ],
        },
      },
    ],
  }
}
