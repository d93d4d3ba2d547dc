import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PreparedBoot } from '#boot/prepare-boot'
import { memoryOf, stateOf, type Template, type TemplateStore } from '#boot/template-store'
import type { StageContext } from '#log/reporter'
import { type Machine, startMachine } from '#machine/start-machine'
import { freezeMachine, thawMachine } from '#machine/template'
import { formatCommandLine } from '#process/command-line'
import type { Life, LifeRequest } from '#suites/life'

/** QEMU that could not go on has this long to say why. */
const lastWordsMs = 500

export interface LifeStarter {
  start(request: LifeRequest): Promise<Life>
  /** Machines that were copies of a frozen one. */
  readonly copies: () => number
}

export interface LifeStarterOptions {
  readonly prepared: PreparedBoot
  /** Absent where the machine cannot be copied. */
  readonly store: TemplateStore | undefined
  /** The first machine has to boot, for what it says while it does. */
  readonly bootsFirst: boolean
  readonly device: string
}

/** Starts machines: copies where there is a frozen one, else by booting. */
export function startLives(options: LifeStarterOptions, context: StageContext): LifeStarter {
  const { prepared, store } = options
  let template: Template | undefined
  let freezing = false
  let copies = 0

  const boot = (request: LifeRequest): Life => {
    context.reporter.section(request.number === 1 ? `Boot ${options.device}` : `Boot again (${request.number})`)
    return begin(prepared, request, context)
  }
  const copy = ({ folder, session }: Template): Life => {
    copies++
    context.reporter.section(`Copy ${options.device} (${copies})`)
    const memoryFile = { path: memoryOf(folder), share: false }
    const life = begin(prepared, { kernelArguments: [] }, context, { memoryFile, incoming: true })
    const thaw = thawMachine(life.machine.control, stateOf(folder))
    const failed = thaw.then(
      () => life.ended,
      // QEMU that has ended says why itself.
      async ({ message }: Error) => Promise.race([life.ended, sleep(lastWordsMs, { message, byGuest: false })]),
    )
    return { ...life, ended: failed, copyOf: { session, ready: thaw } }
  }
  const bootAndFreeze = async (request: LifeRequest, templates: TemplateStore): Promise<Life> => {
    freezing = true
    const folder = await templates.begin()
    context.reporter.section(`Boot ${options.device} to copy it`)
    const life = begin(prepared, request, context, { memoryFile: { path: memoryOf(folder), share: true } })
    const freeze = async (): Promise<void> => {
      try {
        await freezeMachine(life.machine.control, stateOf(folder), context.signal)
        template = await templates.keep(folder, request.session, request.kernelArguments)
      } catch (error) {
        context.signal.throwIfAborted()
        context.reporter.warn(`${options.device} cannot be copied, so each machine boots: ${(error as Error).message}`)
      }
    }
    const dispose = async (): Promise<void> => {
      await life[Symbol.asyncDispose]()
      if (template === undefined) await rm(folder, { recursive: true, force: true })
    }
    return { ...life, freeze, [Symbol.asyncDispose]: dispose }
  }
  return {
    copies: () => copies,
    start: async (request) => {
      const mustBoot = request.number === 1 && options.bootsFirst
      template ??= await store?.find(request.kernelArguments)
      if (template !== undefined && !mustBoot) return copy(template)
      if (store === undefined || template !== undefined || freezing || !request.manyFollow) return boot(request)
      return bootAndFreeze(request, store)
    },
  }
}

function begin(
  prepared: PreparedBoot,
  request: Pick<LifeRequest, 'kernelArguments'>,
  { reporter }: StageContext,
  ...copying: Parameters<PreparedBoot['command']> extends [unknown, ...infer Rest] ? Rest : never
): Life & { readonly machine: Machine } {
  const command = prepared.command(request, ...copying)
  reporter.command(formatCommandLine(command))
  const started = performance.now()
  const machine = startMachine(command)
  return {
    machine,
    console: machine.console,
    port: prepared.hasPort ? machine.port : null,
    started,
    waitedForCpu: machine.waitedForCpu,
    ended: machine.ended.then(({ reason, message }) => ({
      message,
      byGuest: reason !== 'failed' && reason !== 'quit',
    })),
    [Symbol.asyncDispose]: () => machine[Symbol.asyncDispose](),
  }
}
