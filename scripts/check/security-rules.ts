import { type Job, type Step, stringsOf, type Workflow } from './workflow-model.ts'

type Say = (problem: string) => void

/** Events that run with this repository's rights and may carry what strangers wrote. */
const privileged = new Set(['issue_comment', 'pull_request_target', 'workflow_run'])

/** Events of which `github.event` and the checked-out code may be a stranger's. */
const open = new Set([...privileged, 'pull_request', 'pull_request_review', 'pull_request_review_comment'])

const strangersCommit = /github\.(?:head_ref|event\.pull_request\.head|event\.workflow_run\.head)/
const ownOnly = /head\.repo\.full_name\s*==\s*github\.repository/

/**
 * What GitHub allows and a stranger could use: each rule is one of the usual ways
 * in which workflows were taken over.
 *
 * @returns one sentence each
 */
export function securityProblems(workflow: Workflow): readonly string[] {
  const problems: string[] = []
  const events = eventsOf(workflow)
  checkGrants(workflow.permissions, (text) => problems.push(text))
  if (typeof workflow.permissions === 'object')
    for (const [scope, level] of Object.entries(workflow.permissions))
      if (level === 'write') problems.push(`gives ${scope}: write to every job; give it to the job that needs it`)
  checkEnvironment(workflow.env, (text) => problems.push(text))
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const say = (problem: string): number => problems.push(`job ${name}: ${problem}`)
    checkGrants(job.permissions, say)
    checkEnvironment(job.env, say)
    checkSecrets(job, events, say)
    checkRunner(job, events, say)
    for (const step of job.steps ?? []) checkStep(step, job, events, say)
  }
  return problems
}

export function eventsOf({ on }: Workflow): readonly string[] {
  if (typeof on === 'string') return [on]
  return Array.isArray(on) ? (on as string[]) : Object.keys(on ?? {})
}

function checkGrants(permissions: Workflow['permissions'], say: Say): void {
  if (typeof permissions === 'string') say(`permissions: ${permissions} is too broad; name the scopes`)
}

function checkEnvironment(environment: unknown, say: Say): void {
  for (const text of stringsOf(environment ?? {}))
    if (/\bsecrets\.(?!GITHUB_TOKEN\b)|github\.token|secrets\.GITHUB_TOKEN/i.test(text))
      say(`env holds a secret that every step then has; give it to the step that needs it`)
}

function checkSecrets(job: Job, events: readonly string[], say: Say): void {
  if (job.secrets === 'inherit') say('secrets: inherit passes every secret; name those that are needed')
  const texts = [...stringsOf(job)]
  if (texts.some((text) => /toJSON\(\s*secrets\s*\)|\$\{\{\s*secrets\s*\}\}|\bsecrets\[/i.test(text)))
    say('reads all secrets at once')
  const reads = texts.some((text) => /\bsecrets\.(?!GITHUB_TOKEN\b)\w/i.test(text))
  const strangers = events.some((event) => privileged.has(event))
  if (reads && strangers && job.environment === undefined)
    say('has secrets in a workflow that others can start; put it behind an environment with reviewers')
}

/** A machine of one's own keeps what a job did to it. */
function checkRunner(job: Job, events: readonly string[], say: Say): void {
  const labels = [...stringsOf([job['runs-on'] ?? ''])].map((label) => label.toLowerCase())
  const isOwn = labels.some((label) => label === 'self-hosted' || label.startsWith('board:'))
  if (!isOwn || !events.some((event) => open.has(event))) return
  if (job.environment === undefined && !ownOnly.test(job.if ?? ''))
    say("runs others' code on a self-hosted runner without an environment or a test of the head repository")
}

function checkStep(step: Step, job: Job, events: readonly string[], say: Say): void {
  const isPrivileged = events.some((event) => privileged.has(event))
  const given = step.with ?? {}
  const script = step.uses?.startsWith('actions/github-script@') === true ? given['script'] : undefined
  if (typeof script === 'string' && script.includes('${{'))
    say('actions/github-script holds an expression; pass it by env')
  const checksOut = step.uses?.startsWith('actions/checkout@') === true
  if (checksOut && given['persist-credentials'] !== false && given['persist-credentials'] !== 'false')
    say('actions/checkout leaves the token in .git/config; set persist-credentials: false')
  const fetched = checksOut ? [given['ref'], given['repository']] : [step.run, ...stringsOf(step.env ?? {})]
  if (isPrivileged && fetched.some((text) => typeof text === 'string' && strangersCommit.test(text)))
    say("fetches a stranger's commit with this repository's rights")
  const downloads =
    step.uses?.startsWith('actions/download-artifact@') === true || /\bgh\s+run\s+download\b/.test(step.run ?? '')
  if (isPrivileged && downloads) say("unpacks a stranger's artifact with this repository's rights; use report-fork.yml")
  for (const word of [step.shell, step['working-directory']])
    if (word?.includes('${{') === true) say('shell or working-directory holds an expression')
  if (/>>?\s*"?\$\{?GITHUB_(?:ENV|PATH)/.test(step.run ?? '') && events.some((event) => open.has(event)))
    say('writes GITHUB_ENV or GITHUB_PATH in a workflow of others’ code; use an output')
  if (/\b(?:curl|wget)\b[^|\n]*\|\s*(?:sudo\s+)?(?:ba)?sh\b/.test(step.run ?? '')) say('pipes a download into a shell')
}
