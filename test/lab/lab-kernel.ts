import { sharedBuild } from '../support/shared-kernel.ts'

/** The arm64 build directory that lab tests boot: $LKFT_LAB_BUILD, for trying another kernel, else the shared one. */
export async function labBuild(): Promise<string> {
  return process.env['LKFT_LAB_BUILD'] ?? sharedBuild('arm64')
}
