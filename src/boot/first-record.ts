import type { BootRequest } from '#boot/boot-request'
import { lkftVersion } from '#files/version'
import type { Device } from '#machine/device'
import type { Run } from '#schema/documents'

/** run.json as it is before anything has run. */
export function firstRecord(
  request: BootRequest,
  kernel: Omit<Run['kernel'], 'release' | 'sha256'>,
  device: Pick<Device, 'name' | 'buildArch'>,
): Run {
  return {
    version: 1,
    kind: 'run',
    state: 'running',
    verdict: null,
    cause: null,
    environment: request.environment ?? device.name,
    device: device.name,
    board: null,
    arch: device.buildArch,
    started: new Date().toISOString(),
    finished: null,
    duration_seconds: 0,
    kernel: { release: null, sha256: null, ...kernel },
    suites: [],
    counts: { pass: 0, fail: 0, skip: 0, xfail: 0 },
    crashes: [],
    timings: { first_byte_seconds: null, boot_seconds: null },
    kernel_started: false,
    emulator: null,
    missing: [],
    reproduce: null,
    lkft: { version: lkftVersion() },
  }
}
