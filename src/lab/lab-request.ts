/** One run of one kernel on one board: what `lkft lab run` and the boot-lab action ask for. */
export interface LabRequest {
  /** The board file (schemas/board.schema.json), from the lab's own machine. */
  readonly boardFile: string
  /** A build directory, a kernel image file, or the URL of either (a directory's URL ends in `/`). */
  readonly build: string
  /** Suites by name, in the order they run; see `lkft suites`. */
  readonly suites: readonly string[]
  /** Where the run directory is written. */
  readonly outputDir: string
  /** What comparisons key on; the board's device type when absent. */
  readonly environment?: string
  /** A cpio archive (plain or gzip) for the ramdisk: file or URL. The board file's, else lkft's own, when absent. */
  readonly rootfs?: string
  /** Base URL of an lkft cache server: every URL is fetched through it. */
  readonly cacheServer?: string
  /** Folder for made root file systems; lkft's cache folder when absent. */
  readonly cacheDirectory?: string
  /** Seconds for the whole run, power-on to power-off. */
  readonly timeoutSeconds?: number
  /** Seconds to wait for a board that somebody else drives; 0, fail at once, when absent. */
  readonly lockWaitSeconds?: number
  /** Words added to the kernel command line. */
  readonly kernelArguments?: readonly string[]
  /** Shell commands for the suite `commands`. */
  readonly commands?: readonly string[]
  /** `KEY=value` suite parameters. */
  readonly parameters?: Readonly<Record<string, string>>
  /** What to do when the kernel warns although every test passes; `record` when absent. */
  readonly onWarning?: 'fail' | 'record' | 'ignore'
}
