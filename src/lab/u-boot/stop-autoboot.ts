import { labFailed } from '#lab/lab-failed'
import type { SerialLine } from '#lab/serial-line'
import type { Board } from '#schema/documents'

/** U-Boot's usual messages (CONFIG_AUTOBOOT_PROMPT and the plain one). */
const usualStop =
  /(?:Hit any key to stop autoboot|[Pp]ress .{1,40} to (?:stop|abort)[^\r\n]{0,40}|Autoboot in \d+ seconds?)/
const usualPrompt = /(?:^|[\r\n])[\w .@-]{0,30}(?:=>|[#>]) $/
/** Times the stop keys are sent before the prompt is given up. */
const tries = 4

/**
 * Waits for U-Boot after power-on and stops its autoboot.
 *
 * @throws LkftError LAB_FAILED that tells a dead line from a board that speaks but never comes to a prompt
 */
export async function stopAutoboot(
  line: SerialLine,
  bootloader: Board['bootloader'],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const heardBefore = line.heard()
  const stop = bootloader['stop-prompt'] === undefined ? usualStop : new RegExp(bootloader['stop-prompt'])
  const prompt = promptPattern(bootloader)
  const deadline = performance.now() + timeoutMs
  const first = await line.expect({ stop, prompt }, { timeoutMs, signal })
  if (first === undefined) throw neverCame(line, heardBefore, timeoutMs)
  if (first.name === 'prompt') return
  for (let attempt = 0; attempt < tries; attempt++) {
    await line.send(bootloader['stop-keys'] ?? ' ')
    const left = Math.max(1000, Math.min(2000, deadline - performance.now()))
    if ((await line.expect({ prompt }, { timeoutMs: left, signal })) !== undefined) return
  }
  throw labFailed(
    'bootloader',
    `autoboot was not stopped: U-Boot's message came ("${first.match[0]}") but no prompt after the stop keys`,
    "Correct 'bootloader/stop-keys' or 'bootloader/prompt' in the board file.",
  )
}

/** The prompt as the board file has it, else any usual one, at the end of what came. */
function promptPattern({ prompt }: Board['bootloader']): RegExp {
  return prompt === undefined ? usualPrompt : new RegExp(prompt)
}

function neverCame(line: SerialLine, heardBefore: number, timeoutMs: number): Error {
  const seconds = timeoutMs / 1000
  const heard = line.heard() - heardBefore
  if (heard === 0) {
    return labFailed(
      'console',
      `not one byte within ${seconds} s after power-on: the serial line is dead or the board has no power`,
      "Check 'console' in the board file, the cable, and that 'power/on' really powers this board.",
    )
  }
  const last =
    line
      .unread()
      .trimEnd()
      .split(/[\r\n]+/)
      .at(-1) ?? ''
  return labFailed(
    'bootloader',
    `${heard} bytes within ${seconds} s after power-on, but never U-Boot's autoboot message or prompt; last line: "${last.slice(0, 120)}"`,
    "Check 'console/speed', 'bootloader/stop-prompt' and 'timeouts/bootloader-seconds' in the board file.",
  )
}
