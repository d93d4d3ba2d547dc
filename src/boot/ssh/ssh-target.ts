import { join, resolve } from 'node:path'
import { LkftError } from '#errors/lkft-error'
import type { CommandLine } from '#process/command-line'

/** A running machine that is reached by ssh. */
export interface SshTarget {
  readonly host: string
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly identityFile?: string | undefined
}

/** Name of the device that is such a machine, as TuxRun has it. */
export const sshDevice = 'ssh-device'

/** A silent connection is taken for dead after three of these. */
const aliveSeconds = 5

/** How `ssh` is called for one machine: the command, run by the machine's shell, comes last. */
export type SshCall = (command: string, options?: readonly string[]) => CommandLine

/**
 * Checks a target and makes calls for it. Nobody is asked for anything; the key of
 * a host seen for the first time is kept in lkft's cache folder, another one later is refused.
 *
 * @throws LkftError BAD_ARGUMENT for a host or user that ssh would take for something else
 */
export function sshCalls(target: SshTarget | undefined, cacheDirectory: string): SshCall {
  const { host = '', port = 22, user = 'root', identityFile } = target ?? {}
  if (host === '') throw new LkftError('BAD_ARGUMENT', `${sshDevice} needs --ssh-host`)
  if (!/^[A-Za-z0-9[][A-Za-z0-9.:_\]-]*$/.test(host)) {
    throw new LkftError('BAD_ARGUMENT', `--ssh-host '${host}' is no host name`)
  }
  if (!/^[A-Za-z_][\w.-]*$/.test(user)) throw new LkftError('BAD_ARGUMENT', `--ssh-user '${user}' is no user name`)
  if (!Number.isInteger(port) || port > 65_535) throw new LkftError('BAD_ARGUMENT', `--ssh-port ${port} is no port`)
  const settings = {
    BatchMode: 'yes',
    ConnectTimeout: '10',
    LogLevel: 'ERROR',
    ServerAliveCountMax: '3',
    ServerAliveInterval: String(aliveSeconds),
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: join(resolve(cacheDirectory), 'known_hosts'),
  }
  const words = [
    ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...(identityFile === undefined ? [] : ['-o', 'IdentitiesOnly=yes', '-i', resolve(identityFile)]),
    '-p',
    String(port),
    '-l',
    user,
  ]
  return (command, options = []) => ({ argv: ['ssh', ...words, ...options, host, command] })
}
