import type { Run } from '#schema/documents'

/** Kinds of events, as run.json has them. */
export type CrashKind = Run['crashes'][number]['kind']

/**
 * Lines of one family that follow each other belong to one event: `die` is an
 * exception with all that the kernel says until its registers, `warn` a cut-here
 * block, `slab` the dump of an object, also inside KASAN's report. `cut` is a block whose head never came; any head
 * takes its place. Every line of `single` is an event of its own.
 */
export type EventFamily = 'die' | 'warn' | 'cut' | 'panic' | 'stall' | 'leak' | 'oom' | 'slab' | 'single'

/** One line by which the kernel begins, or goes on with, the report of an event. */
export interface CrashPattern {
  readonly kind: CrashKind
  readonly family: EventFamily
  /** Text that every such line holds: looked for in the bytes before anything else is done. */
  readonly anchor: string
  /**
   * Matched against `ConsoleLine.text`. Named groups: `title` (the whole match when absent),
   * `location` (file:line or function), `function`, `cpu`, `task`.
   */
  readonly pattern: RegExp
  /** The title, when it is not the line itself; `{location}` and `{function}` are the groups. */
  readonly say?: string
  /** Nothing that belongs to the event follows. */
  readonly alone?: boolean
  /** Where the kernel prints it, or which report showed it. */
  readonly source: string
  /**
   * Counted only when a trace, registers or a CPU line follow: programs print such lines too.
   * `untimed`: only where the line has no printk time, which programs do not write.
   */
  readonly needsProof?: true | 'untimed'
}
