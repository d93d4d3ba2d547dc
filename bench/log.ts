// Reads a gigabyte of console log and prints megabytes per second and peak memory.
// node bench/log.ts [MiB]
import { findCrashesInLog } from '#console/read-log'

const mebibytes = Number(process.argv[2] ?? 1024)

/** A megabyte of an ordinary boot and of tests that pass, with one warning in it. */
function makeBlock(): Buffer {
  const lines: string[] = []
  for (let at = 0, size = 0; size < 1 << 20; at += 1) {
    const time = `[${(at / 1000).toFixed(6).padStart(12)}]`
    const line = [
      `${time} usb 1-1: new high-speed USB device number ${at % 100} using xhci_hcd\r\n`,
      `${time} EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.\r\n`,
      `systemd[1]: Started Daily apt download activities number ${at}.\r\n`,
      `${time} audit: type=1400 audit(1486238739.${at}:135): apparmor="STATUS" operation="profile_load"\r\n`,
      at % 50 === 4 ? `${time}     # Subtest: bitmap\r\n` : `${time}     ok ${at % 40} test_zero_clear\r\n`,
    ][at % 5] as string
    lines.push(line)
    size += line.length
  }
  const middle = Math.floor(lines.length / 2)
  lines.splice(
    middle,
    0,
    '[   99.000000] ------------[ cut here ]------------\r\n',
    '[   99.000001] WARNING: CPU: 0 PID: 1 at net/core/dev.c:123 dev_example+0x12/0x34\r\n',
    '[   99.000002] Call Trace:\r\n',
    '[   99.000003]  dev_caller+0x12/0x34\r\n',
    '[   99.000004] ---[ end trace 0000000000000000 ]---\r\n',
  )
  return Buffer.from(lines.join(''))
}

async function* repeat(block: Buffer, times: number): AsyncGenerator<Uint8Array> {
  // A line that comes again with the same time is told once: each block's warning has its own.
  const place = block.indexOf('WARNING: CPU') - '[   99.000001] '.length
  for (let at = 0; at < times; at += 1) {
    block.write(`[${(100 + at).toString().padStart(5)}.000001]`, place, 'latin1')
    yield block
  }
}

async function measure(times: number): Promise<void> {
  const started = performance.now()
  const before = process.cpuUsage()
  const { bytes, lines, crashes, dropped } = await findCrashesInLog(repeat(makeBlock(), times))
  const seconds = (performance.now() - started) / 1000
  const rate = bytes / 1e6 / seconds
  const cpu = process.cpuUsage(before)
  const memory = process.resourceUsage().maxRSS / 1024
  process.stdout.write(
    `${(bytes / 1e6).toFixed(0)} MB, ${lines} lines, ${crashes.length + dropped} events: ` +
      `${seconds.toFixed(2)} s, ${rate.toFixed(0)} MB/s (${(bytes / (cpu.user + cpu.system)).toFixed(0)} per CPU second), peak memory ${memory.toFixed(0)} MiB\n`,
  )
}

await measure(Math.max(1, Math.round(mebibytes / 16)))
await measure(mebibytes)
