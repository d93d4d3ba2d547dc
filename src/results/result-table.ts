import { addSighting, type Observation, type Sighting, startObservation } from '#results/observation'

/** Observations by environment, suite and test, in the order they first came. */
export type ResultTable = Map<string, SuiteTable>
type SuiteTable = Map<string, Map<string, Observation>>

/** Adds one result to a table. */
export function addResult(
  table: ResultTable,
  environment: string,
  suite: string,
  test: string,
  sighting: Sighting,
): void {
  const tests = childMap(childMap(table, environment), suite)
  const known = tests.get(test)
  if (known === undefined) tests.set(test, startObservation(sighting))
  else addSighting(known, sighting)
}

/** What a table says of one test. */
export function findObservation(
  table: ResultTable,
  environment: string,
  suite: string,
  test: string,
): Observation | undefined {
  return table.get(environment)?.get(suite)?.get(test)
}

/** Every observation of a table. */
export function* eachObservation(
  table: ResultTable,
): Generator<{ environment: string; suite: string; test: string; observation: Observation }, void, void> {
  for (const [environment, suites] of table) {
    for (const [suite, tests] of suites) {
      for (const [test, observation] of tests) yield { environment, suite, test, observation }
    }
  }
}

function childMap<Value>(map: Map<string, Map<string, Value>>, key: string): Map<string, Value> {
  const known = map.get(key)
  if (known !== undefined) return known
  const created = new Map<string, Value>()
  map.set(key, created)
  return created
}
