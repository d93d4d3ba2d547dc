import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { type SquadBuild, squadAuthorization } from '#report/squad/address'
import { askServer } from '#report/squad/ask-server'
import { documentFormats } from '#results/formats/json-formats'
import { field, itemsOf, type Placed, requiredField, textField, textOf } from '#results/formats/json-value'
import { addResult, type ResultTable } from '#results/result-table'

/** Answers of the API that belong to one build. */
const mostPages = 10_000

/**
 * All results of a build on a SQUAD server: its test runs, the tests file that each
 * was submitted with, and the name of its environment.
 *
 * @throws LkftError FETCH_FAILED, BAD_DOCUMENT; BAD_ARGUMENT when there is no such build
 */
export async function readSquadServer(wanted: SquadBuild, { reporter, signal }: StageContext): Promise<ResultTable> {
  const authorization = squadAuthorization()
  const ask = async (url: string): Promise<Placed> => {
    const text = await askServer(url, { authorization, signal })
    try {
      return { value: JSON.parse(text) as unknown, place: `${url}: ` }
    } catch (error) {
      throw new LkftError('BAD_DOCUMENT', `${url}: not JSON: ${(error as Error).message}`, { cause: error })
    }
  }
  const { server, group, project, build } = wanted
  const query = new URLSearchParams({ project__group__slug: group, project__slug: project, version: build })
  const [found] = itemsOf(requiredField(await ask(`${server}/api/builds/?${query.toString()}`), 'results'))
  if (found === undefined) throw new LkftError('BAD_ARGUMENT', `${server} has no build ${build} of ${group}/${project}`)
  const environments = new Map<string, string>()
  const table: ResultTable = new Map()
  let run = 0
  let next: string | undefined =
    `${server}/api/testruns/?build=${encodeURIComponent(textOf(requiredField(found, 'id')))}`
  for (let page = 0; next !== undefined; page++) {
    if (page >= mostPages) throw new LkftError('BAD_DOCUMENT', `${next}: more than ${mostPages} pages`)
    const answer: Placed = await ask(sameServer(next, server))
    for (const item of itemsOf(requiredField(answer, 'results'))) {
      const address = sameServer(textOf(requiredField(item, 'environment')), server)
      let environment = environments.get(address)
      if (environment === undefined) {
        environment = textOf(requiredField(await ask(address), 'slug'))
        environments.set(address, environment)
      }
      reporter.status(`reading ${environment}`)
      if (field(item, 'tests_file') === undefined) continue
      const tests = await ask(sameServer(textOf(requiredField(item, 'tests_file')), server))
      for (const { suite, test, status, message } of squad.read(tests)) {
        addResult(table, environment, suite, test, { kernel: 0, run, status, message })
      }
      run += 1
    }
    next = textField(answer, 'next')
  }
  return table
}

const squad = documentFormats.find(({ name }) => name === 'squad') as (typeof documentFormats)[number]

/** The server names addresses; one of another host would get the token. */
function sameServer(address: string, server: string): string {
  const url = new URL(address, `${server}/`)
  if (url.host === new URL(server).host) return new URL(url.pathname + url.search, server).href
  throw new LkftError('BAD_DOCUMENT', `${server} names an address of another host: ${address}`)
}
