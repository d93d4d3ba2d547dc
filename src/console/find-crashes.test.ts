import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitConsoleLines } from '#console/console-lines'
import { crashKinds } from '#console/crash-kinds'
import { crashPatterns } from '#console/crash-patterns'
import { type Crash, createCrashFinder } from '#console/find-crashes'

function find(text: string, chunk = 1 << 16): Crash[] {
  const finder = createCrashFinder()
  const crashes: Crash[] = []
  const lines = splitConsoleLines((line) => crashes.push(...finder.push(line)))
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += chunk) lines.push(bytes.subarray(at, at + chunk))
  lines.end()
  crashes.push(...finder.end())
  return crashes.sort((a, b) => a.line - b.line)
}

const kinds = (text: string): string[] => find(text).map((crash) => crash.kind)

/** Lines with a printk time each, as a console shows them. */
function timed(...lines: string[]): string {
  return lines.map((line, at) => `[${(10 + at / 1000).toFixed(6).padStart(12)}] ${line}\n`).join('')
}

const x86Oops = timed(
  'BUG: unable to handle page fault for address: ffffc90000000000',
  '#PF: supervisor write access in kernel mode',
  'Oops: 0002 [#1] PREEMPT SMP',
  'CPU: 1 PID: 77 Comm: modprobe Not tainted 6.1.0 #1',
  'RIP: 0010:example_write+0x12/0x34 [example]',
  'RAX: 0000000000000000 RBX: 0000000000000001',
  'Call Trace:',
  ' <TASK>',
  ' ? example_maybe+0x12/0x34',
  ' example_probe+0x12/0x34 [example]',
  ' do_one_initcall+0x58/0x300',
  ' </TASK>',
  '---[ end trace 0000000000000000 ]---',
)

describe('an oops', () => {
  it('is one record of its kind, with place, CPU, task and trace', () => {
    expect(find(x86Oops)).toMatchObject([
      {
        kind: 'oops',
        severity: 'crash',
        location: 'example_write',
        line: 1,
        cpu: 1,
        task: 'modprobe',
        trace: ['example_write', 'example_probe', 'do_one_initcall'],
      },
    ])
  })

  it('has the same signature at other addresses, on another CPU, in another task', () => {
    const other = x86Oops
      .replaceAll('ffffc90000000000', 'ffff888012345678')
      .replaceAll('0x12/0x34', '0x99/0x120')
      .replace('CPU: 1 PID: 77', 'CPU: 3 PID: 4242')
      .replace('[#1]', '[#2]')
    expect(find(other)[0]?.signature).toBe(find(x86Oops)[0]?.signature)
  })

  it('has another signature when one of the top three functions differs', () => {
    const other = x86Oops.replace('example_probe+', 'example_remove+')
    expect(find(other)[0]?.signature).not.toBe(find(x86Oops)[0]?.signature)
  })

  it('and the panic it causes are two records', () => {
    const text = x86Oops + timed('Kernel panic - not syncing: Fatal exception', 'Kernel Offset: disabled')
    expect(kinds(text)).toEqual(['oops', 'panic'])
  })
})

describe('the most specific kind wins', () => {
  it.each([
    ['bug', ['kernel BUG at fs/ext4/inode.c:2', 'invalid opcode: 0000 [#1] SMP', 'RIP: 0010:a+0x1/0x2']],
    ['bug', ['kernel BUG at fs/ext4/inode.c:2!', 'Internal error: Oops - BUG: 0 [#1] SMP', 'pc : a+0x1/0x2']],
    ['fault', ['Unhandled fault: imprecise external abort (0x1406) at 0xb6f00000', 'Internal error: : 1406 [#1] SMP']],
    ['fault', ['Oops: general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP']],
    ['oops', ['Unable to handle kernel NULL pointer dereference at virtual address 0', 'Oops [#1]']],
    ['list-corruption', ['list_add corruption. next->prev should be prev', 'kernel BUG at lib/list_debug.c:29!']],
    ['refcount', ['refcount_t: underflow; use-after-free.', 'WARNING: CPU: 0 PID: 1 at lib/refcount.c:28 f+0x1/0x2']],
    [
      'debug-objects',
      [
        'ODEBUG: free active (active state 0) object type: timer_list',
        'WARNING: CPU: 0 PID: 1 at lib/debugobjects.c:505 f+0x1/0x2',
      ],
    ],
    [
      'bug',
      [
        'kernel BUG at arch/powerpc/mm/mem.c:9!',
        'Oops: Exception in kernel mode, sig: 5 [#1]',
        'NIP [c000000000001234] f+0x1/0x2',
      ],
    ],
  ])('%s', (kind, lines) => {
    expect(kinds(timed(...lines))).toEqual([kind])
  })
})

describe('text that is no event', () => {
  it.each([
    [
      'a program on a console with printk times',
      `${timed('a', 'b', 'c', 'd', 'e', 'f', 'g')}BUG: KASAN: use-after-free in printf\nend\n`,
    ],
    ['a program that logs through the kernel', timed('systemd[1]: Kernel panic - not syncing: a joke')],
    ['a syslog line of a program', 'Nov 23 12:00:00 host test[12]: Kernel panic - not syncing: a joke\n'],
    ['a quoted mount option', timed("fuse: Unknown parameter 'BUG: KASAN: use-after-free in f'")],
    [
      'a fault in user mode',
      timed('traps: a.out[12] general protection fault ip:40 sp:7f error:0 in a.out[4000+1000]'),
    ],
    ['a slow NMI handler', timed('INFO: NMI handler (perf_event_nmi_handler) took too long to run: 1.356 msecs')],
    ['lockdep off', timed('INFO: lockdep is turned off.')],
    ['the first banner', timed('Linux version 6.1.0 (gcc)')],
    [
      'a reboot that was asked for',
      timed('Linux version 6.1.0', 'x', 'reboot: Restarting system', 'Linux version 6.1.0'),
    ],
  ])('%s', (_, text) => {
    expect(kinds(text)).toEqual([])
  })

  it('a splat that lkdtm announced, but the panic it leads to', () => {
    const text =
      timed('lkdtm: Performing direct entry EXCEPTION') + x86Oops + timed('Kernel panic - not syncing: Fatal exception')
    expect(kinds(text)).toEqual(['panic'])
  })

  it('reports that the KASAN suite provokes', () => {
    const text = timed(
      '    # Subtest: kasan',
      'BUG: KASAN: slab-out-of-bounds in kmalloc_oob_right+0x1/0x2',
      '='.repeat(60),
    )
    expect(kinds(text)).toEqual([])
  })
})

describe('reports of several CPUs', () => {
  it('are told apart by the printk caller when their lines interleave', () => {
    const a = [
      'WARNING: CPU: 0 PID: 1 at a.c:1 a_function+0x1/0x2',
      'Call Trace:',
      ' a_caller+0x1/0x2',
      ' a_main+0x1/0x2',
    ]
    const b = [
      'WARNING: CPU: 1 PID: 2 at b.c:1 b_function+0x1/0x2',
      'Call Trace:',
      ' b_caller+0x1/0x2',
      ' b_main+0x1/0x2',
    ]
    const text = a.map((line, at) => `[    1.000000][    T1] ${line}\n[    1.000000][    T2] ${b[at]}\n`).join('')
    expect(find(text).map((crash) => crash.trace)).toEqual([
      ['a_function', 'a_caller', 'a_main'],
      ['b_function', 'b_caller', 'b_main'],
    ])
  })
})

describe('the finder', () => {
  it('says at the first line of a panic that the kernel is lost, and at its last that no more will come', () => {
    const finder = createCrashFinder()
    const states: (boolean | undefined)[] = []
    const lines = splitConsoleLines((line) => {
      finder.push(line)
      states.push(finder.fatal?.complete)
    })
    lines.push(
      Buffer.from(
        timed(
          'x',
          'Kernel panic - not syncing: a',
          'CPU: 0 PID: 1 Comm: a',
          '---[ end Kernel panic - not syncing: a ]---',
        ),
      ),
    )
    expect(states).toEqual([undefined, false, false, true])
  })

  it('names the test that ran', () => {
    const text = `${timed('    # Subtest: example')}${x86Oops}`
    expect(find(text)[0]?.test).toBe('example')
  })

  it('reports a wait for the root device that never ends, and none that ends', () => {
    expect(kinds(timed('Waiting for root device /dev/vda...'))).toEqual(['boot-stall'])
    expect(
      kinds(timed('Waiting for root device /dev/vda...', 'VFS: Mounted root (ext4 filesystem) on device')),
    ).toEqual([])
  })

  it('reports a kernel that starts again unasked once, whatever banners it has', () => {
    const text = `${timed('x', 'y')}Booting the kernel.\n[    0.000000] Linux version 6.1.0\n`
    expect(kinds(text)).toEqual(['reboot'])
  })

  it('gives the same records however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), (chunk) => {
        expect(find(x86Oops.replaceAll('\n', '\r\n'), chunk)).toEqual(find(x86Oops))
      }),
      { numRuns: 30 },
    )
  })

  it('survives any mutation of a report', () => {
    const words = [
      ...crashPatterns.map((row) => row.anchor),
      ...x86Oops.split(/(?<=\n)/),
      '[',
      '\r',
      '\u001b[31m',
      '\ufffd',
      '0x',
      ' at ',
    ]
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 80 }), (parts) => {
        for (const crash of find(parts.join(''))) {
          expect(crash.signature).toMatch(/^[0-9a-f]{16}$/)
          expect(crash.severity).toBe(crashKinds[crash.kind].severity)
          expect(crash.trace.length).toBeLessThanOrEqual(65)
          expect(crash.title.length).toBeLessThanOrEqual(200)
        }
      }),
      { numRuns: 300 },
    )
  })
})
