import { dirname, resolve } from 'node:path'
import { stat } from 'node:fs/promises'
import { expandPlan } from '#plan/expand-plan'
import type { PlanOptions } from '#plan/plan-options'
import type { Board, Jobs, Plan } from '#schema/documents'
import { loadDocument, loadPlacedDocument } from '#schema/load-document'

export interface LoadedPlan {
  readonly plan: Plan
  readonly jobs: Jobs
  /** Folder that the plan's paths are relative to. */
  readonly folder: string
}

/**
 * Reads lkft.yaml and spells it out. Board files beside it are read too; one that
 * is only on the lab's machine is taken by what the plan says of it.
 *
 * @throws LkftError BAD_DOCUMENT with file:line, field, value and what is allowed or nearest
 */
export async function loadPlan(file: string, options: Omit<PlanOptions, 'place' | 'boards'>): Promise<LoadedPlan> {
  const { value: plan, place } = await loadPlacedDocument('plan', file)
  const folder = dirname(resolve(file))
  const boards = new Map<string, Board>()
  for (const { board } of plan.labs ?? []) {
    const path = resolve(folder, board)
    const isHere = (await stat(path).catch(() => undefined))?.isFile() === true
    if (isHere) boards.set(board, await loadDocument('board', path))
  }
  return { plan, jobs: expandPlan(plan, { ...options, place, boards }), folder }
}
