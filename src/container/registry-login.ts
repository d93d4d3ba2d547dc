import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** Files in which podman and docker keep logins, the first that has one wins. */
function loginFiles(environment: NodeJS.ProcessEnv): readonly string[] {
  const { REGISTRY_AUTH_FILE: own, XDG_RUNTIME_DIR: runtime, DOCKER_CONFIG: docker } = environment
  return [
    ...(own === undefined ? [] : [own]),
    ...(runtime === undefined ? [] : [join(runtime, 'containers/auth.json')]),
    join(docker ?? join(homedir(), '.docker'), 'config.json'),
  ]
}

/** The login of podman or docker for a registry, as HTTP's Basic form wants it; undefined without one. */
export async function registryLogin(
  registry: string,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const names = registry === 'docker.io' ? ['docker.io', 'https://index.docker.io/v1/'] : [registry]
  for (const file of loginFiles(environment)) {
    const text = await readFile(file, 'utf8').catch(() => '{}')
    try {
      const { auths = {} } = JSON.parse(text) as { auths?: Record<string, { auth?: string }> }
      const found = names.map((name) => auths[name]?.auth).find((auth) => auth !== undefined && auth !== '')
      if (found !== undefined) return found
    } catch {
      // A broken login file is the engine's to complain of; without a login the registry says what it wants.
    }
  }
  return undefined
}
