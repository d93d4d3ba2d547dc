import { randomBytes } from 'node:crypto'
import { labFailed, type LabStep } from '#lab/lab-failed'
import type { SerialLine } from '#lab/serial-line'

/** Fits the shortest console buffers (CONFIG_SYS_CBSIZE is 256 at the least), fence included. */
const shortCommand = 200

const neverMatches = /(?!)/

/** How one U-Boot command ended. */
interface UBootResult {
  /** U-Boot's `$?`; `undefined` when `orElse` came instead of the fence. */
  readonly status: number | undefined
  /** What `orElse` matched. */
  readonly instead?: RegExpExecArray
  /** What it printed, without the echo of the command. */
  readonly output: string
}

interface UBootCommand {
  readonly step: LabStep
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Text that ends the command although its fence never comes, e.g. `Starting kernel`. */
  readonly orElse?: RegExp
}

/** The bootloader's command line, once autoboot was stopped. */
export interface UBootShell {
  /**
   * Runs one command behind a fence with a nonce and its exit status, so that no
   * prompt is counted and no echo is mistaken for an answer.
   *
   * @throws LkftError LAB_FAILED when it does not end in time
   */
  run(command: string, options: UBootCommand): Promise<UBootResult>
}

export function uBootShell(line: SerialLine): UBootShell {
  return {
    run: async (command, { step, timeoutMs, signal, orElse }) => {
      const nonce = randomBytes(4).toString('hex')
      line.mark()
      const typedFence = `lk''ft:${nonce}:$?`
      await line.send(`${command}; echo ${typedFence}\n`)
      const fence = new RegExp(`lkft:${nonce}:(\\d*)[\\r\\n]`)
      const patterns = { fence, orElse: orElse ?? neverMatches }
      const found = await line.expect(patterns, { timeoutMs, signal })
      if (found === undefined) {
        const tail =
          line
            .unread()
            .trimEnd()
            .split(/[\r\n]+/)
            .at(-1) ?? ''
        await line.send('\u0003').catch(() => {})
        throw labFailed(
          step,
          `U-Boot's '${command}' did not end within ${timeoutMs / 1000} s; last line: "${tail.slice(0, 120)}"`,
        )
      }
      const output = withoutEcho(found.text.slice(0, found.match.index), typedFence)
      if (found.name === 'orElse') return { status: undefined, instead: found.match, output }
      const status = found.match[1] ?? ''
      if (status === '') throw labFailed('bootloader', "U-Boot's shell knows no $?: it was built without hush")
      return { status: Number(status), output }
    },
  }
}

/** What U-Boot printed after the line on which it echoed the command; the end of the last prompt may come before it. */
function withoutEcho(text: string, typedFence: string): string {
  const echo = Math.max(0, text.indexOf(typedFence))
  return text.slice(text.indexOf('\n', echo) + 1).replaceAll('\r', '')
}

/** A word for U-Boot's hush, single-quoted; LAB_FAILED for characters that cannot be typed. */
export function quoteForUBoot(word: string): string {
  if (/[^\u0020-\u007e]/.test(word))
    throw labFailed('bootloader', `cannot type ${JSON.stringify(word)} at U-Boot's prompt`)
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * The commands that set a variable to a text of any length. A long one is put
 * together from pieces, unless hush would read its quotes again; then it is one
 * long command, and the caller must look whether it fitted.
 *
 * @param name letters, digits and underscores
 */
export function setVariable(name: string, value: string): readonly string[] {
  const whole = `setenv ${name} ${quoteForUBoot(value)}`
  if (whole.length <= shortCommand || /['"$\\;&|`]/.test(value)) return [whole]
  const pieces = value.match(/.{1,100}/g) ?? []
  return pieces.map((piece, index) => `setenv ${name} ${index === 0 ? '' : `"\${${name}}"`}${quoteForUBoot(piece)}`)
}
