import { expect, test } from 'vitest'
import { watchMilestones } from '#console/boot-milestones'
import { splitConsoleLines } from '#console/console-lines'

test('each step of a boot is noted once, with both times', () => {
  const watch = watchMilestones()
  let seconds = 0
  const lines = splitConsoleLines((line) => watch.push(line, (seconds += 0.25)))
  const text = [
    '[    0.000000] Linux version 6.1.1 (a@b)',
    '[    0.500000] smp: Brought up 1 node, 2 CPUs',
    '[    0.900000] Freeing unused kernel image (initmem) memory: 900K',
    '[    0.950000] Freeing unused kernel image (rodata) memory: 9K',
    '[    1.000000] Run /init as init process',
    '[    2.000000] Linux version 6.1.1 (a@b)',
  ]
  lines.push(Buffer.from(`${text.join('\r\n')}\r\n`))
  lines.end()
  expect(watch.reached).toEqual([
    { name: 'banner', seconds: 0.25, kernel_seconds: 0 },
    { name: 'processors', seconds: 0.5, kernel_seconds: 0.5 },
    { name: 'devices', seconds: 0.75, kernel_seconds: 0.9 },
    { name: 'init', seconds: 1.25, kernel_seconds: 1 },
  ])
})
