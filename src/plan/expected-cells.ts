import type { Jobs } from '#schema/documents'

/** One cell that a report should find results of: a build, or an environment that runs it. */
export interface ExpectedResult {
  readonly build: string
  readonly environment?: string
}

/** Every build and run of a plan that a report should find results of; kernels from elsewhere have no build and are left out. */
export function expectedCells({ builds, boots, labs }: Jobs): readonly ExpectedResult[] {
  const names = new Map(builds.map(({ id, name }) => [id, name]))
  const runs = [...boots, ...labs].flatMap(({ build, environment }) => {
    const name = build === null ? undefined : names.get(build)
    return name === undefined ? [] : [{ build: name, environment }]
  })
  return [...builds.map(({ name }) => ({ build: name })), ...runs]
}
