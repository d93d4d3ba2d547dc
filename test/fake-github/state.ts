import { GitObjects } from './git-objects.ts'

/** A commit of the fake's repository. */
interface FakeCommit {
  readonly sha: string
  /** First parent first. */
  readonly parents: readonly string[]
}

export interface FakeRun {
  readonly id: number
  readonly headSha: string
  readonly event: string
  /** Path of its workflow. */
  readonly path: string
  readonly headRepository: string
  readonly headBranch?: string
  readonly status?: 'completed' | 'in_progress'
  readonly conclusion?: string | null
  readonly artifacts: readonly string[]
  /** Environments that somebody approved or rejected. */
  readonly reviews?: readonly { readonly environment: string; readonly state: 'approved' | 'rejected' }[]
}

interface FakePull {
  readonly number: number
  readonly headSha: string
  readonly headRepository: string
  readonly files: readonly string[]
}

interface FakeComment {
  readonly id: number
  readonly issue: number
  readonly login: string
  body: string
}

export interface FakeCheck {
  readonly id: number
  readonly name: string
  readonly headSha: string
  conclusion: string | null
  summary: string
  readonly annotations: object[]
}

export interface FakeIssue {
  readonly number: number
  readonly login: string
  readonly title: string
  body: string
  readonly labels: readonly string[]
  state: 'open' | 'closed'
}

/** Who a token is and what it may do, e.g. `pull-requests: write`. */
export interface FakeToken {
  readonly login: string
  /** A workflow's own token may not ask who it is. */
  readonly isInstallation: boolean
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>
}

/** All that one repository holds; tests set it up and look at it. */
export interface FakeState {
  readonly repository: string
  readonly commits: Map<string, FakeCommit>
  readonly runs: FakeRun[]
  readonly pulls: FakePull[]
  readonly comments: FakeComment[]
  readonly checks: FakeCheck[]
  readonly issues: FakeIssue[]
  readonly git: GitObjects
  readonly tokens: Map<string, FakeToken>
  /** `METHOD /path` of every call, in order. */
  readonly calls: string[]
  /** Answers to give, one to each of the next calls, before anything is done: a fault, a limit. */
  readonly troubles: Trouble[]
}

/** What a call gets instead of its answer. */
export interface Trouble {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
}

export function newState(repository = 'octo/linux'): FakeState {
  return {
    repository,
    commits: new Map(),
    runs: [],
    pulls: [],
    comments: [],
    checks: [],
    issues: [],
    git: new GitObjects(),
    tokens: new Map(),
    calls: [],
    troubles: [],
  }
}
