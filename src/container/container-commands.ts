import type { ContainerSpec, Engine } from '#container/container-spec'
import { engineEnvironment } from '#container/engine-environment'
import type { CommandLine } from '#process/command-line'

/** The user that a container runs as: the one who calls, so that files get the right owner. */
export interface ContainerUser {
  readonly uid: number
  readonly gid: number
}

/** The calling user; 0:0 where there are no user ids. */
export function callingUser(): ContainerUser {
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
}

/** What says that the container is up; then it lives as long as its standard input is open. */
export const readyWord = 'lkft-ready'

/**
 * The command that starts a container. Its first process reads standard input
 * and ends with it: when lkft dies, however it dies, the pipe closes and the
 * container ends with all it runs.
 */
export function runContainerCommand(spec: ContainerSpec, user: ContainerUser = callingUser()): CommandLine {
  return {
    argv: [
      spec.engine,
      'run',
      '--rm',
      '--interactive',
      `--name=${spec.name}`,
      '--security-opt=no-new-privileges',
      '--security-opt=label=disable',
      '--cap-drop=all',
      ...(spec.network ? [] : ['--network=none']),
      // Rootless podman maps the caller to itself; root has nothing to map.
      ...(spec.engine === 'podman' && user.uid !== 0 ? ['--userns=keep-id'] : []),
      `--user=${user.uid}:${user.gid}`,
      '--env=HOME=/tmp',
      ...spec.mounts.map(({ host, inside, readOnly }) => `--volume=${host}:${inside}:${readOnly ? 'ro' : 'rw'}`),
      `--workdir=${spec.workdir}`,
      '--entrypoint=/bin/sh',
      spec.image,
      '-c',
      `echo ${readyWord}; exec cat >/dev/null`,
    ],
    env: engineEnvironment(),
  }
}

/**
 * The command that runs `command` in a container that is up.
 *
 * @param flags more words for the engine, e.g. `--interactive`
 */
export function execCommand(
  spec: Pick<ContainerSpec, 'engine' | 'name'>,
  command: CommandLine,
  user?: string,
  flags: readonly string[] = [],
): CommandLine {
  return {
    argv: [
      spec.engine,
      'exec',
      ...flags,
      ...Object.entries(command.env ?? {}).map(([name, value]) => `--env=${name}=${value}`),
      ...(command.cwd === undefined ? [] : [`--workdir=${command.cwd}`]),
      ...(user === undefined ? [] : [`--user=${user}`]),
      spec.name,
      ...command.argv,
    ],
    env: engineEnvironment(),
  }
}

/** The command that removes a container, running or not. */
export function removeCommand(spec: Pick<ContainerSpec, 'engine' | 'name'>): CommandLine {
  return { argv: [spec.engine, 'rm', '--force', '--volumes', spec.name], env: engineEnvironment() }
}

export function pullCommand(engine: Engine, image: string): CommandLine {
  return { argv: [engine, 'pull', '--quiet', image], env: engineEnvironment() }
}
