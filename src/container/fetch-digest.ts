import { createHash } from 'node:crypto'
import { parseImageName } from '#container/image-name'
import { registryLogin } from '#container/registry-login'
import { LkftError } from '#errors/lkft-error'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
const attemptMs = 30_000
const largestManifest = 4 * 1024 * 1024

/**
 * Fetches an image's manifest from its registry and gives its digest, which is
 * that of the very bytes that came; for an image of several platforms that of the
 * index. No layer is fetched. Plain HTTP only to this machine.
 *
 * @throws LkftError FETCH_FAILED; BAD_ARGUMENT for a name that is none
 */
export async function fetchDigest(image: string, signal?: AbortSignal): Promise<string> {
  const { registry, repository, tag, digest } = parseImageName(image)
  const isHub = registry === 'docker.io'
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(registry)
  const host = `${isHere ? 'http' : 'https'}://${isHub ? 'registry-1.docker.io' : registry}`
  const path = isHub && !repository.includes('/') ? `library/${repository}` : repository
  const url = `${host}/v2/${path}/manifests/${digest ?? tag ?? 'latest'}`
  const login = await registryLogin(registry)
  const ask = async (authorization: string | undefined): Promise<Response> =>
    get(
      image,
      url,
      { accept: manifestTypes.join(', '), ...(authorization === undefined ? {} : { authorization }) },
      signal,
    )
  let response = await ask(undefined)
  if (response.status === 401) {
    await response.body?.cancel()
    response = await ask(await authorize(image, response.headers.get('www-authenticate') ?? '', login, signal))
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw failed(image, `${url}: HTTP ${response.status}`)
  }
  const bytes = await readAll(response, image)
  const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const said = response.headers.get('docker-content-digest') ?? digest ?? found
  if (said !== found || (digest !== undefined && digest !== found)) {
    throw failed(image, `the registry says ${said}, the bytes are ${found}`)
  }
  return found
}

/** Answers a registry's challenge: a bearer token from where it says, or the login itself. */
async function authorize(
  image: string,
  challenge: string,
  login: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const basic = login === undefined ? undefined : `Basic ${login}`
  if (/^basic/i.test(challenge) && basic !== undefined) return basic
  const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1]
  const realm = URL.parse(field('realm') ?? '')
  if (!/^bearer/i.test(challenge) || realm === null || !/^https?:$/.test(realm.protocol)) {
    throw failed(image, 'the registry wants a login', 'Log in with podman login or docker login.')
  }
  for (const name of ['service', 'scope']) {
    const value = field(name)
    if (value !== undefined) realm.searchParams.set(name, value)
  }
  const mayCarryLogin = realm.protocol === 'https:' && basic !== undefined
  const response = await get(image, realm.href, mayCarryLogin ? { authorization: basic } : {}, signal)
  const answer = (await response.json().catch(() => ({}))) as { token?: string; access_token?: string }
  const token = answer.token ?? answer.access_token
  if (!response.ok || token === undefined) throw failed(image, `no token from ${realm.host}: HTTP ${response.status}`)
  return `Bearer ${token}`
}

async function get(
  image: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const limit = AbortSignal.timeout(attemptMs)
  try {
    return await fetch(url, {
      headers: { 'user-agent': 'lkft', ...headers },
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    })
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : (error as Error).message
    throw failed(image, `${new URL(url).host}: ${cause}`)
  }
}

async function readAll(response: Response, image: string): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > largestManifest) throw failed(image, 'its manifest is larger than 4 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function failed(image: string, why: string, hint?: string): LkftError {
  return new LkftError(
    'FETCH_FAILED',
    `cannot fetch the digest of ${image}: ${why}`,
    hint === undefined ? {} : { hint },
  )
}
