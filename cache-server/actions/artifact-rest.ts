import { artifactUrl, learnArtifacts, listArtifacts } from '#cache-server/actions/artifacts'
import { type ActionsContext, type JobCall, sendJson, ServiceError } from '#cache-server/actions/context'

const listPath = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/actions\/runs\/(\d+)\/artifacts$/
const zipPath = /^(?:\/api\/v3)?\/repos\/([^/]+\/[^/]+)\/actions\/artifacts\/(\d+)\/zip$/

export function isArtifactRest(path: string): boolean {
  return listPath.test(path) || zipPath.test(path)
}

/**
 * The two calls of GitHub's public API by which a job reads another run's
 * artifacts. The token's own repository only.
 */
export async function artifactRest(
  context: ActionsContext,
  call: JobCall,
  path: string,
  query: URLSearchParams,
): Promise<number> {
  const list = listPath.exec(path)
  const zip = zipPath.exec(path)
  const repository = list?.[1] ?? zip?.[1]
  if (repository !== call.job.repository) throw new ServiceError(404, 'not_found', 'Not Found')
  if (list?.[2] !== undefined) {
    const name = query.get('name')
    await learnArtifacts(context, { repository, runId: list[2] })
    const artifacts = listArtifacts(context, { repository, runId: list[2] })
      .filter((one) => name === null || one.name === name)
      .map((one) => ({
        id: Number(one.id),
        name: one.name,
        size_in_bytes: one.size,
        expired: false,
        created_at: new Date(one.createdAt).toISOString(),
        expires_at: new Date(one.expiresAt).toISOString(),
        digest: `sha256:${one.digest}`,
        archive_download_url: `${call.base}/repos/${repository}/actions/artifacts/${one.id}/zip`,
      }))
    return sendJson(call.response, 200, { total_count: artifacts.length, artifacts })
  }
  const found = findById(context, repository, zip?.[2] ?? '')
  if (found === undefined) throw new ServiceError(404, 'not_found', 'Not Found')
  await context.shared?.pull(found.artifact)
  call.response
    .writeHead(302, { Location: artifactUrl(context, call.base, found.run, found.artifact), 'Content-Length': '0' })
    .end()
  return 0
}

function findById(context: ActionsContext, repository: string, id: string) {
  for (const runId of runsOf(context, repository)) {
    const run = { repository, runId }
    const artifact = listArtifacts(context, run).find((one) => one.id === id)
    if (artifact !== undefined) return { run, artifact }
  }
  return undefined
}

function runsOf(context: ActionsContext, repository: string): readonly string[] {
  const prefix = `artifact:${repository}:`
  const rows = context.store.database
    .prepare('SELECT DISTINCT namespace FROM objects WHERE substr(namespace, 1, ?) = ?')
    .all(prefix.length, prefix) as { namespace: string }[]
  return rows.map(({ namespace }) => namespace.slice(prefix.length))
}
