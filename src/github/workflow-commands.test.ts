import { error, endGroup, setSecret, startGroup } from '@actions/core'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { actionsReporter } from '#github/actions-reporter'
import { annotate } from '#github/annotations'
import { commandStream, obeyClient } from '#github/workflow-commands'

/** What the runner does with a log: gives the commands it obeys, unescaped, and the rest as text. */
function readAsRunner(log: string): { commands: string[]; text: string[] } {
  const commands: string[] = []
  const text: string[] = []
  let token: string | undefined
  for (const line of log.split('\n').slice(0, -1)) {
    const found = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line)
    if (token !== undefined) {
      if (line === `::${token}::`) token = undefined
      else text.push(line)
    } else if (found?.[1] === 'stop-commands') token = found[2]
    else if (found === null) text.push(line)
    else commands.push(`${found[1]} ${found[2]}`)
  }
  return { commands, text }
}

/** What is written to stdout meanwhile. */
function logOf(write: () => void): string {
  let log = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    log += String(text)
    return true
  })
  try {
    write()
  } finally {
    spy.mockRestore()
  }
  return log
}

describe('the log', () => {
  test('shows every line of a build, guest or board, and obeys none', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom('::warning::x', '::stop-commands::y', '::add-mask::kernel', '::endgroup::', '##[error]x'),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const log = logOf(() => {
          const reporter = actionsReporter(commandStream())
          reporter.section('Build')
          for (const one of lines) reporter.output(one)
          reporter.close()
        })
        const { commands, text } = readAsRunner(log)
        expect(commands).toEqual(['group Build', 'endgroup '])
        expect(text).toHaveLength(lines.length)
      }),
    )
  })

  test('takes a new token for each neutral stretch', () => {
    const log = logOf(() => {
      const stream = commandStream()
      stream.text('a')
      stream.obeyed(() => startGroup('b'))
      stream.obeyed(endGroup)
      stream.text('c')
      stream.close()
    })
    const tokens = [...log.matchAll(/stop-commands::(.+)/g)].map(([, token]) => token)
    expect(new Set(tokens).size).toBe(2)
    expect(log.endsWith(`::${tokens[1]}::\n`)).toBe(true)
  })
})

test('a client masks its signatures where the runner obeys it, also after and between lines of text', async () => {
  const pending: Promise<void>[] = []
  let go = (): void => {}
  const waiting = new Promise<void>((resolve) => (go = resolve))
  const first = logOf(() => {
    const reporter = actionsReporter(commandStream())
    reporter.output('::warning::from the build')
    pending.push(
      obeyClient(async () => {
        setSecret('first')
        await waiting
      }),
    )
    reporter.info('::notice::while it runs')
    pending.push(obeyClient(async () => setSecret('second')))
  })
  const runner = readAsRunner(first)
  expect(runner.commands).toEqual(['add-mask first', 'add-mask second'])
  expect(runner.text).toEqual(['::warning::from the build', '::notice::while it runs'])
  go()
  await Promise.all(pending)
  const after = logOf(() => {
    const stream = commandStream()
    stream.text('a')
    stream.text('b')
    stream.close()
  })
  expect(after.split('\n')).toHaveLength(5)
})

test('a command stays one line, and its properties cannot add others', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ minLength: 1 }), (message, file) => {
      const command = logOf(() => commandStream().obeyed(() => error(message, { file }))).slice(0, -1)
      expect(command).not.toMatch(/[\r\n]/)
      expect(command.slice('::error file='.length).split('::')[0]).not.toMatch(/[,:]/)
    }),
  )
})

describe('annotations', () => {
  const write = (count: number): string[] => {
    const many = Array.from({ length: count }, (_, index) => ({ level: 'warning' as const, message: `m${index}` }))
    return logOf(() => annotate(commandStream(), many, 'diagnostics.ndjson'))
      .trim()
      .split('\n')
  }

  test('up to the cap are all shown', () => {
    expect(write(10)).toHaveLength(10)
  })

  test('beyond it end with how many more there are and where', () => {
    const lines = write(25)
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('::warning::16 more: diagnostics.ndjson')
  })
})
