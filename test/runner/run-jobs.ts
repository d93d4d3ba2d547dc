import { data } from '@actions/expressions'
import { callWorkflow } from './call-workflow.ts'
import { readConcurrency } from './concurrency.ts'
import { holds, stillHolds, type StatusAnswers } from './conditions.ts'
import type { Scope } from './expressions.ts'
import { ancestorsOf, type Flow, type JobOutcome, needsKept } from './flow.ts'
import { type Cell, cellName, expandMatrix } from './matrix.ts'
import { flowScope } from './flow-scope.ts'
import { combine, type Conclusion, emptyJob } from './result.ts'
import { runJob } from './run-job.ts'
import { evaluateString, evaluateTemplate, scalarText } from './templates.ts'
import { type JobDefinition, needsOf } from './workflow-file.ts'

/** Runs all jobs of a workflow file, each as soon as what it needs has ended. */
export async function runJobs(flow: Flow): Promise<ReadonlyMap<string, JobOutcome>> {
  const ended = new Map<string, JobOutcome>()
  const started = new Map<string, Promise<void>>()
  const start = (id: string): Promise<void> => {
    const known = started.get(id)
    if (known !== undefined) return known
    const definition = flow.workflow.jobs[id] ?? {}
    const running = runWhenNeeded(definition)
    started.set(id, running)
    return running

    async function runWhenNeeded(job: JobDefinition): Promise<void> {
      await Promise.all(needsOf(job).map(start))
      ended.set(id, await runOne(id, job, flow, ended))
    }
  }
  await Promise.all(Object.keys(flow.workflow.jobs).map(start))
  return ended
}

async function runOne(
  id: string,
  definition: JobDefinition,
  flow: Flow,
  ended: ReadonlyMap<string, JobOutcome>,
): Promise<JobOutcome> {
  const needs = Object.fromEntries(needsOf(definition).map((name) => [name, ended.get(name)]))
  const scope = flowScope(flow, { needs })
  const answers = jobAnswers(id, flow, ended)
  try {
    if (!holds(definition.if, scope, answers)) return skip(id, definition, flow, 'skipped')
    const strategy = evaluateStrategy(definition, scope)
    const outcomes = await runCells(id, definition, flow, { needs, strategy, answers })
    return {
      result: combine(outcomes.map(({ result }) => result)),
      outputs: Object.assign({}, ...outcomes.map(({ outputs }) => outputs)),
      kept: outcomes.every(({ kept }) => kept),
    }
  } catch (error) {
    return skip(id, definition, flow, 'failure', (error as Error).message)
  }
}

/** A job that never starts; GitHub shows it all the same. */
function skip(id: string, definition: JobDefinition, flow: Flow, result: Conclusion, message?: string): JobOutcome {
  const name = `${flow.prefix}${definition.name ?? id}`
  flow.collect({
    ...emptyJob(`${flow.prefix}${id}`, name, result),
    annotations: message === undefined ? [] : [{ level: 'error', message }],
  })
  return { result, outputs: {}, kept: result === 'skipped' }
}

function jobAnswers(id: string, flow: Flow, ended: ReadonlyMap<string, JobOutcome>): StatusAnswers {
  const before = [...ancestorsOf(id, flow.workflow)].map((name) => ended.get(name)?.result)
  return {
    success: () => !flow.signal.aborted && before.every((result) => result === 'success'),
    failure: () => before.includes('failure'),
    cancelled: () => flow.signal.aborted || before.includes('cancelled'),
  }
}

interface Strategy {
  readonly cells: readonly Cell[]
  readonly failFast: boolean
  readonly maxParallel: number
}

function evaluateStrategy({ strategy }: JobDefinition, scope: Scope): Strategy {
  const failFast = evaluateTemplate(strategy?.['fail-fast'] ?? true, scope)
  const most = Number(scalarText(evaluateTemplate(strategy?.['max-parallel'] ?? '', scope)))
  return {
    cells: expandMatrix(evaluateTemplate(strategy?.matrix, scope)),
    failFast: failFast !== false && failFast !== 'false',
    maxParallel: most > 0 ? most : Infinity,
  }
}

interface CellsCall {
  readonly needs: Readonly<Record<string, JobOutcome | undefined>>
  readonly strategy: Strategy
  readonly answers: StatusAnswers
}

async function runCells(id: string, definition: JobDefinition, flow: Flow, call: CellsCall): Promise<JobOutcome[]> {
  const { cells, failFast, maxParallel } = call.strategy
  const failed = new AbortController()
  const outcomes: JobOutcome[] = []
  const queue = cells.map((cell, index) => ({ cell, index }))
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const outcome = await runCell(id, definition, flow, { ...call, ...next, cancel: failed.signal })
      outcomes.push(outcome)
      if (outcome.result === 'failure' && failFast && cells.length > 1) failed.abort()
    }
  }
  await Promise.all(Array.from({ length: Math.min(maxParallel, cells.length) }, work))
  return outcomes
}

interface CellCall extends CellsCall {
  readonly cell: Cell
  readonly index: number
  readonly cancel: AbortSignal
}

async function runCell(id: string, definition: JobDefinition, flow: Flow, call: CellCall): Promise<JobOutcome> {
  const { cell, index, strategy, needs } = call
  const contexts = {
    needs,
    matrix: definition.strategy?.matrix === undefined ? new data.Null() : cell,
    strategy: {
      'fail-fast': strategy.failFast,
      'job-index': index,
      'job-total': strategy.cells.length,
      'max-parallel': Math.min(strategy.maxParallel, strategy.cells.length),
    },
  }
  const scope = flowScope(flow, contexts)
  const hasMatrix = definition.strategy?.matrix !== undefined
  const name = jobName(id, definition, scope, hasMatrix ? cell : undefined)
  const before = needsKept(needs) ? flow.previous?.get(`${flow.prefix}${name}`) : undefined
  if (before?.result === 'success') {
    flow.collect(before)
    return { result: before.result, outputs: before.outputs, kept: true }
  }
  if (call.cancel.aborted) return skip(id, { ...definition, name }, flow, 'cancelled')
  const controller = new AbortController()
  const release = watchCancellation(definition, flow, call, scope, controller)
  try {
    const place = await enterConcurrency(definition, flow, scope, controller)
    if (place === undefined) return skip(id, { ...definition, name }, flow, 'cancelled')
    try {
      const shared = {
        id,
        name,
        definition,
        flow,
        contexts,
        needs,
        scope,
        signal: controller.signal,
        matrix: hasMatrix ? cell : undefined,
      }
      return definition.uses === undefined ? await runJob(shared) : await callWorkflow(shared)
    } finally {
      place()
    }
  } finally {
    release()
  }
}

/** A job ends early when a sibling fails fast, or when the run is cancelled and its own `if` does not hold any more. */
function watchCancellation(
  definition: JobDefinition,
  flow: Flow,
  call: CellCall,
  scope: Scope,
  controller: AbortController,
): () => void {
  const onSibling = (): void => controller.abort()
  const onRun = (): void => {
    if (!stillHolds(definition.if, scope, { ...call.answers, success: () => false, cancelled: () => true }))
      controller.abort()
  }
  call.cancel.addEventListener('abort', onSibling, { once: true })
  flow.signal.addEventListener('abort', onRun, { once: true })
  return () => {
    call.cancel.removeEventListener('abort', onSibling)
    flow.signal.removeEventListener('abort', onRun)
  }
}

async function enterConcurrency(
  definition: JobDefinition,
  flow: Flow,
  scope: Scope,
  controller: AbortController,
): Promise<(() => void) | undefined> {
  const rule = readConcurrency(evaluateTemplate(definition.concurrency, scope))
  if (rule === undefined) return () => {}
  return flow.host.concurrency.enter(rule, () => controller.abort(), controller.signal)
}

function jobName(id: string, definition: JobDefinition, scope: Scope, cell: Cell | undefined): string {
  if (definition.name !== undefined) return evaluateString(definition.name, scope)
  return cellName(id, cell ?? {})
}
