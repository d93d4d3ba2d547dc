/** Who wrote a line, as far as its prefixes tell. */
export type LineSource =
  /** It carries a printk timestamp or level, or a log collector's `kernel:`. */
  | 'kernel'
  /** It names a program, e.g. `systemd[1]: `. */
  | 'program'
  /** Bare text: a kernel without printk timestamps, a program, a boot loader. */
  | 'unknown'

/** One line of a console log. */
export interface ConsoleLine {
  /** 1-based, counting `\n` as every editor does; parts split at a lone carriage return share it. */
  readonly number: number
  /** Text without escape sequences, collector's, level, timestamp and caller prefixes. */
  readonly text: string
  /** The line as it came, decoded, without its line end. */
  readonly raw: string
  readonly source: LineSource
  /** printk level 0 (emergency) to 7 (debug). */
  readonly level?: number
  /** printk timestamp. */
  readonly seconds?: number
  /** printk caller: `T123` for the task with that PID, `C0` for interrupt context on CPU 0. */
  readonly caller?: string
}
