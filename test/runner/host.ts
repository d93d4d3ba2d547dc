import { join } from 'node:path'
import { ConcurrencyGroups } from './concurrency.ts'
import type { EnvironmentSettings } from './environments.ts'
import { GitStore } from './git-store.ts'
import { type Permissions, restrictedPermissions } from './permissions.ts'
import { runnerGrace } from './start-process.ts'

/** One kind of self-hosted runner: jobs whose `runs-on` are all among its labels run on it, so many at a time. */
export interface RunnerKind {
  readonly labels: readonly string[]
  /** Jobs at a time; no limit when absent. */
  readonly count?: number
}

/** Servers that stand for GitHub's. */
interface HostServices {
  readonly serverUrl?: string
  readonly apiUrl?: string
  /**
   * Variables for JavaScript actions of a job, e.g. ACTIONS_RESULTS_URL and
   * ACTIONS_RUNTIME_TOKEN; `run` steps do not get them, as on GitHub.
   */
  readonly actionEnvironment?: (job: JobIdentity) => Readonly<Record<string, string>>
  /** Makes the job's GITHUB_TOKEN. */
  readonly issueToken?: (job: JobIdentity) => string
}

export interface JobIdentity {
  readonly repository: string
  readonly runId: number
  readonly jobId: number
  readonly jobName: string
  readonly ref: string
  readonly sha: string
  readonly event: string
  readonly permissions: Permissions
  readonly attempt: number
}

export interface HostOptions {
  /** Git repositories by `owner/name`; `uses:` and checkouts come from their commits. */
  readonly repositories: Readonly<Record<string, string>>
  /** Folder for workspaces, temporary files and unpacked actions. */
  readonly workDirectory: string
  readonly services?: HostServices
  /** Folders of actions that stand for ones not to be had here, by `owner/name[/path]`; any ref. */
  readonly standIns?: Readonly<Record<string, string>>
  /** Any job runs at once when absent. */
  readonly runners?: readonly RunnerKind[]
  readonly secrets?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
  /** Environments with reviewers, secrets or variables of their own. */
  readonly environments?: Readonly<Record<string, EnvironmentSettings>>
  /** What steps inherit; PATH, HOME, LANG and USER of this process when absent. */
  readonly environment?: Readonly<Record<string, string>>
  /** Copied into each job's workspace before its first step. */
  readonly prefill?: string
  readonly defaultPermissions?: Permissions
  /** Milliseconds between the signals that end a step. */
  readonly grace?: { readonly interruptMs: number; readonly terminateMs: number }
  /** Each line of each job's log as it comes, masked. */
  readonly onLine?: (job: string, line: string) => void
}

/** A machine room: repositories, runners and concurrency groups that several runs share. */
export class Host {
  readonly options: HostOptions
  readonly git: GitStore
  readonly concurrency = new ConcurrencyGroups()
  readonly #busy = new Map<RunnerKind, number>()
  readonly #waiting: { readonly kind: RunnerKind; readonly start: () => void }[] = []
  #ids = 1000

  constructor(options: HostOptions) {
    this.options = options
    this.git = new GitStore(options.repositories, join(options.workDirectory, '_actions'))
  }

  get grace(): { readonly interruptMs: number; readonly terminateMs: number } {
    return this.options.grace ?? runnerGrace
  }

  get defaultPermissions(): Permissions {
    return this.options.defaultPermissions ?? restrictedPermissions
  }

  /** A number that no run, job or check of this host has. */
  nextId(): number {
    return ++this.#ids
  }

  /** Variables that every process starts from. */
  baseEnvironment(): Record<string, string> {
    if (this.options.environment !== undefined) return { ...this.options.environment }
    const names = ['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR', 'USER'] as const
    return Object.fromEntries(
      names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
    )
  }

  /** Waits for a runner with all labels. Gives it back by the function; `undefined`: there is none of that kind. */
  async acquireRunner(labels: readonly string[]): Promise<(() => void) | undefined> {
    const { runners } = this.options
    if (runners === undefined) return () => {}
    const wanted = labels.map((label) => label.toLowerCase())
    const fits = (kind: RunnerKind): boolean => {
      const has = new Set(kind.labels.map((label) => label.toLowerCase()))
      return wanted.every((label) => has.has(label))
    }
    const fitting = runners.filter(fits)
    const free = fitting.find((kind) => this.#used(kind) < (kind.count ?? Infinity))
    const kind = free ?? fitting[0]
    if (kind === undefined) return undefined
    if (free === undefined) await new Promise<void>((resolve) => this.#waiting.push({ kind, start: resolve }))
    else this.#busy.set(kind, this.#used(kind) + 1)
    return () => this.#release(kind)
  }

  #used(kind: RunnerKind): number {
    return this.#busy.get(kind) ?? 0
  }

  #release(kind: RunnerKind): void {
    const at = this.#waiting.findIndex((waiter) => waiter.kind === kind)
    // A waiting job takes the place over; nobody can slip in between.
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.start()
    else this.#busy.set(kind, this.#used(kind) - 1)
  }
}
