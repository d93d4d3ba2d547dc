import { createLogUpdate } from 'log-update'
import { printable } from '#log/printable'
import type { Reporter } from '#log/reporter'

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/** A live line at the bottom of a terminal: section, seconds, status; messages scroll above it. */
export function terminalReporter(
  stream: NodeJS.WriteStream,
  options: { readonly showOutput?: boolean } = {},
): Reporter {
  const live = createLogUpdate(stream)
  let title = ''
  let status = ''
  let started = performance.now()
  let frame = 0
  const draw = (): void => {
    if (title === '') return
    frame = (frame + 1) % frames.length
    const seconds = Math.round((performance.now() - started) / 1000)
    const text = `${frames[frame]} ${title} ${seconds} s ${status}`
    live(text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)))
  }
  const timer = setInterval(draw, 100).unref()
  const say = (text: string): void => {
    live.clear()
    stream.write(`${text}\n`)
    draw()
  }
  const endSection = (): void => {
    if (title === '') return
    live.clear()
    stream.write(`✓ ${title} ${((performance.now() - started) / 1000).toFixed(1)} s\n`)
    title = ''
  }
  return {
    section: (next) => {
      endSection()
      title = printable(next)
      status = ''
      started = performance.now()
      draw()
    },
    command: (line) => say(`+ ${printable(line)}`),
    output: (line) => {
      if (options.showOutput === true) say(`  ${printable(line)}`)
      else status = printable(line)
    },
    status: (text) => {
      status = printable(text)
    },
    info: (text) => say(printable(text)),
    warn: (text) => say(`warning: ${printable(text)}`),
    error: (text) => say(`error: ${printable(text)}`),
    close: () => {
      clearInterval(timer)
      endSection()
      live.done()
    },
  }
}
