import type { Origin } from './git-store.ts'
import type { RunIdentity } from './github-context.ts'
import type { Host } from './host.ts'
import type { Permissions } from './permissions.ts'
import type { Conclusion, JobResult } from './result.ts'
import { needsOf, type WorkflowDefinition } from './workflow-file.ts'

/** One workflow file being run: the one that the event started, or one that a job calls. */
export interface Flow {
  readonly host: Host
  readonly run: RunIdentity
  readonly workflow: WorkflowDefinition
  /** Commit that the file is from; `./` and `$/` lead there. */
  readonly origin: Origin
  readonly path: string
  readonly inputs: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, string>>
  /** What tokens may do at most; `undefined` at the top. */
  readonly limit: Permissions | undefined
  /** Names of the calling jobs, `call / `. */
  readonly prefix: string
  readonly depth: number
  /** Called workflows of the whole run, to count them. */
  readonly called: Set<string>
  readonly signal: AbortSignal
  /** Gets each job that ends. */
  readonly collect: (job: JobResult) => void
  /** Makes the file that `github.event_path` names. */
  readonly eventPath: string
  readonly env: Readonly<Record<string, string>>
  /** Jobs of the attempt before, by their full name, when only failed ones run again. */
  readonly previous: ReadonlyMap<string, JobResult> | undefined
  /** `runJobs`, for jobs that call a workflow. */
  readonly runJobs: (flow: Flow) => Promise<ReadonlyMap<string, JobOutcome>>
}

/** What the `needs` context says of a job. */
export interface JobOutcome {
  readonly result: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  /** Whether all of it is from the attempt before this one. */
  readonly kept: boolean
}

/** Whether nothing that a job needs has run again. */
export function needsKept(needs: Readonly<Record<string, JobOutcome | undefined>>): boolean {
  return Object.values(needs).every((need) => need?.kept === true)
}

/** Jobs that a job needs, and those that they need. */
export function ancestorsOf(id: string, workflow: WorkflowDefinition): ReadonlySet<string> {
  const all = new Set<string>()
  const visit = (name: string): void => {
    for (const need of needsOf(workflow.jobs[name] ?? {})) {
      if (all.has(need)) continue
      all.add(need)
      visit(need)
    }
  }
  visit(id)
  return all
}
