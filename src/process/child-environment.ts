/**
 * Names that a child process may inherit. Everything else stays out: tokens,
 * `ACTIONS_*` and `INPUT_*` must never reach a Makefile of the tested tree.
 */
const inherited = new Set([
  'CONTAINERS_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'CONTAINERS_STORAGE_CONF',
  'CURL_CA_BUNDLE',
  'DBUS_SESSION_BUS_ADDRESS',
  'DOCKER_CONFIG',
  'DOCKER_HOST',
  'GIT_SSL_CAINFO',
  'HOME',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'LOGNAME',
  'NODE_EXTRA_CA_CERTS',
  'NO_PROXY',
  'PATH',
  'SHELL',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
  'TMPDIR',
  'USER',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
  'http_proxy',
  'https_proxy',
  'no_proxy',
])

/** The environment of every child: the allowlisted part of `from`, a C.UTF-8 locale, then `extra`. */
export function childEnvironment(
  extra: Readonly<Record<string, string>> = {},
  from: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const environment: Record<string, string> = { LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' }
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && inherited.has(name)) environment[name] = value
  }
  return { ...environment, ...extra }
}
