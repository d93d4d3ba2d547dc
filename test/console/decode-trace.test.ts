import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand, runForOutput } from '#process/run-command'

const lkft = join(import.meta.dirname, '../../bin/lkft')

/** Stands for a kernel: the same ELF symbols and DWARF, three functions on known lines. */
const source = `static inline __attribute__((always_inline)) int innermost(int *p)
{
\treturn *p + 1;
}

__attribute__((noinline)) int victim(int *p)
{
\treturn innermost(p) * 3;
}

__attribute__((noinline)) int caller(int *p)
{
\tint got = victim(p);
\treturn got + 7;
}

void _start(void)
{
\tcaller((int *)8);
}
`

describe('lkft log --vmlinux', () => {
  let folder = ''

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lkft-decode-'))
    await writeFile(join(folder, 'kernel.c'), source)
    const argv = [
      'gcc',
      '-g',
      '-O1',
      '-nostdlib',
      '-static',
      '-fno-pie',
      '-no-pie',
      '-o',
      'vmlinux',
      'kernel.c',
    ] as const
    await runForOutput({ argv: [...argv], cwd: folder })
    const symbols = await runForOutput({ argv: ['nm', '-S', join(folder, 'vmlinux')] })
    const sizeOf = (name: string): number =>
      Number.parseInt(new RegExp(` ([0-9a-f]+) T ${name}$`, 'm').exec(symbols)?.[1] ?? '', 16)
    // The call is the first thing in caller that is five bytes long, so its return address is inside the same line or the next.
    const code = await runForOutput({ argv: ['objdump', '-d', '--disassemble=caller', join(folder, 'vmlinux')] })
    const start = Number.parseInt(/([0-9a-f]+) <caller>:/.exec(code)?.[1] ?? '', 16)
    const call = Number.parseInt(/([0-9a-f]+):\s+(?:[0-9a-f]{2} )+\s*call/.exec(code)?.[1] ?? '', 16)
    const hex = (value: number): string => `0x${value.toString(16)}`
    await writeFile(
      join(folder, 'console.log'),
      `[    1.000000] BUG: unable to handle page fault for address: 0000000000000008
[    1.000000] Oops: 0000 [#1] SMP
[    1.000000] RIP: 0010:victim+0x0/${hex(sizeOf('victim'))}
[    1.000000] Call Trace:
[    1.000000]  caller+${hex(call - start + 5)}/${hex(sizeOf('caller'))}
[    1.000000]  of_a_module+0x12/0x34 [gone]
[    1.000000] ---[ end trace 0 ]---
`,
    )
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  const decode = async (vmlinux: string): ReturnType<typeof runCommand> =>
    runCommand({ argv: [lkft, 'log', join(folder, 'console.log'), '--json', '--vmlinux', join(folder, vmlinux)] })

  it('gives file and line of each frame of the kernel, inlined functions before the one they are in', async () => {
    const { stdout } = await decode('vmlinux')
    const [crash] = JSON.parse(stdout).crashes
    const file = join(folder, 'kernel.c')
    expect(crash.trace).toEqual(['victim', 'caller', 'of_a_module'])
    expect(crash.frames.at(-1)).toEqual({ function: 'caller', file, line: 13, inlined: false })
    expect(crash.frames.at(-2)).toMatchObject({ function: 'victim', file, inlined: false })
  })

  it('reads a compressed vmlinux all the same', async () => {
    await writeFile(join(folder, 'vmlinux.zst'), zstdCompressSync(await readFile(join(folder, 'vmlinux'))))
    expect((await decode('vmlinux.zst')).stdout).toBe((await decode('vmlinux')).stdout)
  })

  it('says in one line when the file is no kernel, or not there', async () => {
    const wrong = await decode('kernel.c')
    expect([wrong.exitCode, wrong.stderr.split('\n')[0]]).toEqual([
      2,
      expect.stringMatching(/^lkft: cannot read symbols of .*kernel\.c: .* \[BAD_ARGUMENT\]$/),
    ])
    const absent = await decode('absent')
    expect([absent.exitCode, absent.stderr]).toEqual([2, expect.stringContaining('[BAD_ARGUMENT]')])
  })
})
