import {
  type Artifact,
  artifactUrl,
  beginArtifact,
  deleteArtifact,
  findArtifact,
  finishArtifact,
  learnArtifacts,
  listArtifacts,
  type RunName,
} from '#cache-server/actions/artifacts'
import { type ActionsContext, type JobCall, type Method, ServiceError, textOf } from '#cache-server/actions/context'

/** The run that a body names, which must be the token's own. */
async function runOf(
  context: ActionsContext,
  { job }: JobCall,
  body: Readonly<Record<string, unknown>>,
): Promise<RunName> {
  if (textOf(body, 'workflow_run_backend_id') !== job.runId) {
    throw new ServiceError(403, 'permission_denied', 'the token belongs to another workflow run')
  }
  const run = { repository: job.repository, runId: job.runId }
  await learnArtifacts(context, run)
  return run
}

/** github.actions.results.api.v1.ArtifactService, as @actions/artifact 2 and later speak it. */
export const artifactMethods: Readonly<Record<string, Method>> = {
  CreateArtifact: async (context, call, body) => {
    const expiry = Date.parse(optionalText(body['expires_at']) ?? '')
    const upload = await beginArtifact(context, await runOf(context, call, body), {
      name: textOf(body, 'name', 256),
      jobId: call.job.jobId,
      mimeType: optionalText(body['mime_type']),
      expiresAt: Number.isNaN(expiry) ? undefined : expiry,
    })
    return { ok: true, signed_upload_url: context.urls.make(call.base, 'upload', upload.id) }
  },
  FinalizeArtifact: async (context, call, body) => {
    const hash = optionalText(body['hash'])
    if (hash !== undefined && !/^sha256:[0-9a-f]{64}$/.test(hash)) {
      throw new ServiceError(400, 'invalid_argument', 'hash must be sha256: and 64 hexadecimal digits')
    }
    const size = body['size'] === undefined ? undefined : Number(body['size'])
    const id = await finishArtifact(
      context,
      await runOf(context, call, body),
      textOf(body, 'name', 256),
      size,
      hash?.slice('sha256:'.length),
    )
    return { ok: true, artifact_id: id }
  },
  ListArtifacts: async (context, call, body) => {
    const run = await runOf(context, call, body)
    const name = optionalText(body['name_filter'])
    const id = optionalText(body['id_filter'])
    const artifacts = listArtifacts(context, run)
      .filter((one) => (name === undefined || one.name === name) && (id === undefined || one.id === id))
      .map((one) => describe(run, one))
    return { artifacts }
  },
  GetSignedArtifactURL: async (context, call, body) => {
    const run = await runOf(context, call, body)
    const artifact = findArtifact(context, run, textOf(body, 'name', 256))
    if (artifact === undefined) throw new ServiceError(404, 'not_found', 'no artifact has that name')
    await context.shared?.pull(artifact)
    return { signed_url: artifactUrl(context, call.base, run, artifact) }
  },
  DeleteArtifact: async (context, call, body) => {
    const id = await deleteArtifact(context, await runOf(context, call, body), textOf(body, 'name', 256))
    if (id === undefined) throw new ServiceError(404, 'not_found', 'no artifact has that name')
    return { ok: true, artifact_id: id }
  },
}

function describe(run: RunName, artifact: Artifact): Readonly<Record<string, unknown>> {
  return {
    workflow_run_backend_id: run.runId,
    workflow_job_run_backend_id: artifact.jobId,
    database_id: artifact.id,
    name: artifact.name,
    size: String(artifact.size),
    created_at: new Date(artifact.createdAt).toISOString(),
    digest: `sha256:${artifact.digest}`,
  }
}

/** A text, also in the wrapped form of protobuf. */
function optionalText(value: unknown): string | undefined {
  const plain = typeof value === 'object' && value !== null && 'value' in value ? value.value : value
  if (typeof plain === 'number') return String(plain)
  return typeof plain === 'string' && plain !== '' ? plain : undefined
}
