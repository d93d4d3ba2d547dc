import type { Readable, Writable } from 'node:stream'
import type { ConsoleLink } from '#suites/console-link'
import type { Suite } from '#suites/suite'

/** Two hours longer than anybody stays awake. */
const longestSession = 18 * 60

/** A shell on the console for whoever sits at the terminal; the last suite of a run that asks for it. */
export const shellSuite: Suite = {
  name: 'shell',
  kind: 'shell',
  summary: 'a shell on the console, for people',
  timeoutMinutes: longestSession,
  needsKconfig: [],
  needsPrograms: [],
  devices: [],
  parameters: {},
}

/**
 * The one test of the suite. The console's own device, since /dev/console can be no controlling terminal; results
 * travel over the second port meanwhile.
 */
export const shellScript = `tty=/dev/$(sed 's/.* //' /sys/class/tty/console/active 2>/dev/null)
[ -c "$tty" ] || tty=/dev/console
stty -F $tty sane 2>/dev/null
echo "lkft: a shell on the console; 'exit' ends it" >$tty
PS1='# ' setsid -c sh -i <$tty >$tty 2>&1 || true
`

/** A terminal that can be lent to a guest's console. */
export interface ShellTerminal {
  /** A link whose bytes reach the terminal too while it is lent. */
  wrap(console: ConsoleLink): ConsoleLink
  /** Lends the terminal: keys go to the console, the console's bytes to the terminal. */
  begin(): void
  /** Takes it back. */
  end(): void
  readonly isLent: boolean
}

type Input = Readable & { readonly isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }

/** Ctrl-]: as of telnet, for a guest that answers no more. */
const escapeKey = 0x1d

/**
 * Lends a terminal to a guest.
 *
 * @param events what is to happen before it is lent, and for Ctrl-], which ends the run
 */
export function shellTerminal(
  input: Input,
  output: Writable,
  events: { readonly beforeLending: () => void; readonly onEscape: () => void },
): ShellTerminal {
  let console: ConsoleLink | undefined
  let lent = false
  const send = (bytes: Uint8Array): void => {
    if (bytes.includes(escapeKey)) events.onEscape()
    else console?.write(bytes)
  }
  return {
    wrap: (link) => {
      console = link
      const listen: ConsoleLink['listen'] = (onBytes, onEnd) =>
        link.listen((chunk) => {
          if (lent) output.write(chunk)
          onBytes(chunk)
        }, onEnd)
      return { listen, write: (bytes) => link.write(bytes) }
    },
    begin: () => {
      if (lent) return
      events.beforeLending()
      lent = true
      input.setRawMode?.(true)
      input.on('data', send)
      input.resume()
    },
    end: () => {
      if (!lent) return
      lent = false
      input.off('data', send)
      input.setRawMode?.(false)
      input.pause()
    },
    get isLent() {
      return lent
    },
  }
}
