import { LineCounter, parseDocument } from 'yaml'
import { LkftError } from '#errors/lkft-error'

/** One build of a TuxSuite plan, the fields that lkft knows. */
export interface TuxsuiteBuild {
  readonly target_arch?: string
  readonly toolchain?: string
  readonly kconfig?: string | readonly string[]
  readonly targets?: readonly string[]
  readonly make_variables?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  readonly kernel_image?: string
  readonly build_name?: string
  readonly [field: string]: unknown
}

export interface TuxsuiteTest {
  readonly device?: string
  readonly tests?: readonly string[]
  readonly kernel?: string
  readonly modules?: string
  readonly rootfs?: string
  readonly boot_args?: string
  readonly sharding?: number
  readonly timeouts?: Readonly<Record<string, number>>
  readonly [field: string]: unknown
}

export interface TuxsuiteJob {
  readonly build?: TuxsuiteBuild
  readonly builds?: readonly TuxsuiteBuild[]
  readonly test?: TuxsuiteTest
  readonly tests?: readonly TuxsuiteTest[]
  readonly sanity_test?: TuxsuiteTest
  readonly [field: string]: unknown
}

export interface TuxsuitePlan {
  readonly name?: string
  readonly jobs: readonly TuxsuiteJob[]
}

const jobFields = new Set(['build', 'builds', 'name', 'sanity_test', 'test', 'tests'])

/** Reads a TuxSuite plan. @throws LkftError BAD_DOCUMENT with the line */
export function readTuxsuitePlan(text: string, file: string): TuxsuitePlan {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const [broken] = document.errors
  if (broken !== undefined) {
    throw new LkftError('BAD_DOCUMENT', `${file}:${counter.linePos(broken.pos[0]).line}: ${broken.message}`)
  }
  const plan = document.toJS({ maxAliasCount: 100 }) as (Partial<TuxsuitePlan> & { version?: unknown }) | null
  if (plan?.version !== 1) throw new LkftError('BAD_DOCUMENT', `${file}:1: version: TuxSuite plans have version 1`)
  if (!Array.isArray(plan.jobs)) throw new LkftError('BAD_DOCUMENT', `${file}:1: jobs: a list was expected`)
  for (const [index, job] of (plan.jobs as readonly unknown[]).entries()) {
    const node = document.getIn(['jobs', index], true) as { range?: readonly [number, number, number] } | undefined
    const line = node?.range === undefined ? 1 : counter.linePos(node.range[0]).line
    checkJob(job, `${file}:${line}: jobs[${index}]`)
  }
  return plan as TuxsuitePlan
}

function checkJob(job: unknown, place: string): void {
  if (typeof job !== 'object' || job === null) throw new LkftError('BAD_DOCUMENT', `${place}: a mapping was expected`)
  const unknown = Object.keys(job).filter((field) => !jobFields.has(field))
  if (unknown.length > 0) {
    const hint = `Only kernel builds and tests can be imported: ${[...jobFields].join(', ')}.`
    throw new LkftError('BAD_DOCUMENT', `${place}: ${unknown.join(', ')} cannot be imported`, { hint })
  }
}
