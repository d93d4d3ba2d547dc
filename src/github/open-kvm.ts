import { access, constants } from 'node:fs/promises'
import type { StageContext } from '#log/reporter'
import { formatCommandLine } from '#process/command-line'
import { runCommand } from '#process/run-command'

const device = '/dev/kvm'

/**
 * Makes /dev/kvm usable on GitHub's hosted x64 runners, where it is there but
 * only root may open it. Nothing is changed on a self-hosted machine: its owner
 * decides who may use KVM.
 */
export async function openKvm(environment: NodeJS.ProcessEnv, { reporter, signal }: StageContext): Promise<void> {
  if (environment['RUNNER_ENVIRONMENT'] !== 'github-hosted') return
  const can = (mode: number): Promise<boolean> =>
    access(device, mode).then(
      () => true,
      () => false,
    )
  if (!(await can(constants.F_OK)) || (await can(constants.R_OK | constants.W_OK))) return
  const argv = ['sudo', '-n', 'chmod', '0666', device] as const
  reporter.command(formatCommandLine({ argv }))
  const { exitCode } = await runCommand({ argv }, { signal, timeoutMs: 10_000 }).catch(() => ({ exitCode: undefined }))
  if (exitCode !== 0) reporter.warn(`${device} stays closed; the kernel boots without KVM`)
}
