// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * RFC 3339 time in UTC
 */
export type Time = string
export type Sha256 = string

/**
 * run.json: one boot of one kernel on one device or board, and the suites that ran on it
 */
export interface Run {
  version: 1
  kind: 'run'
  /**
   * running: written at the start and not finished; no later stage takes it for whole
   */
  state: 'running' | 'done' | 'cancelled'
  verdict: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
  /**
   * why the verdict is not pass
   */
  cause: {
    /**
     * a code of docs/errors.md, or the kind of a crash
     */
    code: string
    /**
     * one line
     */
    message: string
    /**
     * what to change
     */
    hint?: string
  } | null
  /**
   * what comparisons key on: device or board, and build name when there is more than one
   */
  environment: string
  /**
   * device name, e.g. qemu-x86_64, or the board's type
   */
  device: string
  /**
   * the board's own name
   */
  board: string | null
  arch: string
  started: Time
  finished: Time | null
  duration_seconds: number
  kernel: {
    /**
     * as the kernel itself says
     */
    release: string | null
    file: string
    sha256: Sha256 | null
    /**
     * name of the build
     */
    build: string | null
    commit: string | null
  }
  suites: {
    name: string
    verdict: 'pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled'
    counts: Counts
    duration_seconds: number
    message: string | null
  }[]
  counts: Counts
  crashes: Crash[]
  timings: {
    /**
     * from start to the first console byte
     */
    first_byte_seconds: number | null
    /**
     * from start to the first byte on the console or the second port
     */
    first_output_seconds?: number | null
    /**
     * steps of the boot, in the order they came
     */
    milestones?: {
      /**
       * banner, processors, devices or init
       */
      name: string
      /**
       * from start to its line
       */
      seconds: number
      /**
       * the kernel's own time of the line
       */
      kernel_seconds: number | null
    }[]
    /**
     * from start to the first test command
     */
    first_command_seconds?: number | null
    /**
     * from start to the shell or first test command
     */
    boot_seconds: number | null
  }
  /**
   * the kernel printed its banner: a timeout is then the kernel's
   */
  kernel_started: boolean
  emulator: {
    program: string
    version: string
    accelerator: 'kvm' | 'tcg'
    /**
     * shell-quoted
     */
    command: string
  } | null
  /**
   * what a cut-off run lacks, e.g. suites that did not run
   */
  missing: string[]
  /**
   * suite/test of each test that failed and passed when it ran again
   */
  flaky?: string[]
  /**
   * how many machines the run took
   */
  machines?: {
    /**
     * at a time
     */
    shards: number
    started: number
    /**
     * of those, copies of a frozen one
     */
    copied: number
  }
  reproduce: string | null
  /**
   * the tuxrun command line that does the same; absent where TuxRun would not take it
   */
  tuxrun?: string
  lkft: {
    version: string
  }
}
export interface Counts {
  pass: number
  fail: number
  skip: number
  xfail: number
}
export interface Crash {
  kind:
    | 'panic'
    | 'oops'
    | 'fault'
    | 'bug'
    | 'warning'
    | 'kasan'
    | 'kfence'
    | 'kcsan'
    | 'kmsan'
    | 'ubsan'
    | 'lockdep'
    | 'atomic-sleep'
    | 'rcu-stall'
    | 'soft-lockup'
    | 'hard-lockup'
    | 'hung-task'
    | 'workqueue-lockup'
    | 'memory-leak'
    | 'oom'
    | 'bad-page'
    | 'refcount'
    | 'debug-objects'
    | 'list-corruption'
    | 'boot-stall'
    | 'reboot'
    | 'probe-failure'
  severity: 'fatal' | 'crash' | 'hang' | 'warning' | 'info'
  /**
   * first line, without timestamp, addresses and counters
   */
  title: string
  /**
   * function or file:line where it happened
   */
  location: string | null
  /**
   * stable over addresses, numbers and builds: 16 hexadecimal digits
   */
  signature: string
  /**
   * 1-based line of the console log
   */
  line: number
  cpu: number | null
  task: string | null
  /**
   * function names of the call trace, innermost first
   */
  trace: string[]
  /**
   * suite/test that ran when it happened
   */
  test: string | null
}
