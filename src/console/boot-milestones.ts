import type { ConsoleLine } from '#console/console-line'

/** A step of a boot: when its line came, and when the kernel says it printed it. */
export interface Milestone {
  readonly name: string
  /** From the machine's start. */
  readonly seconds: number
  /** The kernel's own time; null where its lines carry none. */
  readonly kernel_seconds: number | null
}

/** Lines that every kernel prints at these steps, in the order of a boot. */
const steps: readonly (readonly [string, RegExp])[] = [
  ['banner', /^Linux version \d/],
  ['processors', /^smp: Brought up /],
  ['devices', /^Freeing unused kernel (?:image|memory)/],
  ['init', /^Run \S+ as init process/],
]

export interface MilestoneWatch {
  push(line: ConsoleLine, seconds: number): void
  /** Those that were reached, each once, in the order they came. */
  readonly reached: readonly Milestone[]
}

/** Notes when a kernel that boots comes to each step. */
export function watchMilestones(): MilestoneWatch {
  const reached: Milestone[] = []
  return {
    reached,
    push: (line, seconds) => {
      if (reached.length === steps.length || line.source === 'program') return
      const found = steps.find(([, text]) => text.test(line.text))
      if (found === undefined || reached.some(({ name }) => name === found[0])) return
      reached.push({ name: found[0], seconds: Math.round(seconds * 1000) / 1000, kernel_seconds: line.seconds ?? null })
    },
  }
}
