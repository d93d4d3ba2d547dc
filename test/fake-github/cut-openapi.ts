import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Cuts GitHub's OpenAPI description down to the calls that lkft makes:
 *
 *   npm install --prefix /tmp/openapi @octokit/openapi
 *   node test/fake-github/cut-openapi.ts /tmp/openapi/node_modules/@octokit/openapi/generated/api.github.com.json
 */
const operations: Readonly<Record<string, readonly string[]>> = {
  '/repos/{owner}/{repo}/actions/runs/{run_id}': ['get'],
  '/repos/{owner}/{repo}/actions/runs/{run_id}/approvals': ['get'],
  '/repos/{owner}/{repo}/actions/runs/{run_id}/artifacts': ['get'],
  '/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs': ['get'],
  '/repos/{owner}/{repo}/check-runs': ['post'],
  '/repos/{owner}/{repo}/check-runs/{check_run_id}': ['patch'],
  '/repos/{owner}/{repo}/commits': ['get'],
  '/repos/{owner}/{repo}/commits/{commit_sha}/pulls': ['get'],
  '/repos/{owner}/{repo}/commits/{ref}': ['get'],
  '/repos/{owner}/{repo}/compare/{basehead}': ['get'],
  '/repos/{owner}/{repo}/git/blobs': ['post'],
  '/repos/{owner}/{repo}/git/blobs/{file_sha}': ['get'],
  '/repos/{owner}/{repo}/git/commits': ['post'],
  '/repos/{owner}/{repo}/git/commits/{commit_sha}': ['get'],
  '/repos/{owner}/{repo}/git/ref/{ref}': ['get'],
  '/repos/{owner}/{repo}/git/refs': ['post'],
  '/repos/{owner}/{repo}/git/refs/{ref}': ['patch'],
  '/repos/{owner}/{repo}/git/trees': ['post'],
  '/repos/{owner}/{repo}/git/trees/{tree_sha}': ['get'],
  '/repos/{owner}/{repo}/issues': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/{issue_number}': ['patch'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': ['get'],
  '/user': ['get'],
}

/** Words that say nothing about what is valid. */
const prose = new Set(['description', 'example', 'examples', 'externalDocs', 'summary', 'tags', 'title', 'headers'])

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Spec = {
  info: Json
  paths: Record<string, Record<string, Json>>
  components: Record<string, Record<string, Json>>
}

function strip(value: Json, isProperties = false): Json {
  if (Array.isArray(value)) return value.map((each) => strip(each))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => isProperties || !(prose.has(key) || key.startsWith('x-')))
  return Object.fromEntries(kept.map(([key, inner]) => [key, strip(inner, !isProperties && key === 'properties')]))
}

function* references(value: Json): Generator<string, void, void> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && typeof value['$ref'] === 'string') yield value['$ref']
  for (const inner of Object.values(value)) yield* references(inner)
}

function cut(spec: Spec): Spec {
  const paths = Object.fromEntries(
    Object.entries(operations).map(([path, methods]) => {
      const found = methods.map((method) => [method, strip(spec.paths[path]?.[method] ?? null)] as const)
      return [path, Object.fromEntries(found)]
    }),
  )
  const components: Spec['components'] = {}
  const waiting = [...references(paths)]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [, , kind = '', name = ''] = next.split('/')
    if (components[kind]?.[name] !== undefined) continue
    const part = strip(spec.components[kind]?.[name] ?? null)
    ;(components[kind] ??= {})[name] = part
    waiting.push(...references(part))
  }
  return { info: strip(spec.info), paths, components }
}

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('usage: cut-openapi.ts api.github.com.json')
const spec = cut(JSON.parse(await readFile(source, 'utf8')) as Spec)
await writeFile(join(import.meta.dirname, 'openapi.json'), `${JSON.stringify(spec)}\n`)
