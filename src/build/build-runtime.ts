import type { BuildPaths } from '#build/build-paths'
import type { StageContext } from '#log/reporter'
import type { CommandLine } from '#process/command-line'
import type { CommandResult } from '#process/run-command'
import type { Build } from '#schema/documents'

/** Where the commands of a build run: this machine, or a container. */
export interface BuildRuntime extends AsyncDisposable {
  /** Paths that commands see. */
  readonly seen: BuildPaths
  /** The build directory as package targets see it, and the host's path of its parent, where they leave files. */
  readonly packaging: { readonly build: string; readonly beside: string }
  /** The commands that `start` runs, for `--dry-run`. */
  startCommands(): readonly CommandLine[]
  /**
   * Makes the runtime ready.
   *
   * @throws LkftError CONTAINER_FAILED
   */
  start(context: StageContext): Promise<void>
  /** The host's command that runs `command` inside. */
  wrap(command: CommandLine): CommandLine
  /** The same for a command that talks with the user, on a terminal or through pipes. */
  wrapInteractive(command: CommandLine, isTerminal: boolean): CommandLine
  /** The image and its digest; null on this machine. */
  container(): Build['container']
  /** Why a command ended that way, where the runtime knows more: killed for memory, container gone. */
  explainFailure(failed: Pick<CommandResult, 'exitCode' | 'stderr'>): Promise<string | undefined>
}
