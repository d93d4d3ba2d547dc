import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { request as httpRequest } from 'undici'
import type { BootRequest } from '#boot/boot-request'
import { LkftError } from '#errors/lkft-error'
import { downloadAgent } from '#fetch/download-agent'
import { devices } from '#machine/devices'

/** What of metadata.json says which files there are. */
interface Metadata {
  readonly build?: { readonly target_arch?: unknown }
  readonly results?: { readonly artifacts?: Readonly<Record<string, unknown>> }
}

/**
 * The request with what a build by TuxMake or TuxBuild gives in place of what is
 * not said: kernel, modules, device, and the device tree where the device needs one.
 *
 * @throws LkftError BAD_ARGUMENT for a build without a kernel or metadata.json, FETCH_FAILED
 */
export async function withTuxbuild(request: BootRequest, signal?: AbortSignal): Promise<BootRequest> {
  const { tuxbuild } = request
  if (tuxbuild === undefined) return request
  const base = tuxbuild.replace(/\/+$/, '')
  const isUrl = /^https?:\/\//i.test(base)
  const place = (name: string): string => (isUrl ? `${base}/${name}` : join(base, name))
  const metadata = parse(await read(place('metadata.json'), isUrl, signal), place('metadata.json'))
  const arch = metadata.build?.target_arch
  const kernel = request.kernel ?? first(metadata, 'kernel', place)
  if (kernel === undefined) throw new LkftError('BAD_ARGUMENT', `${tuxbuild}: its metadata.json names no kernel`)
  const device = request.device ?? deviceFor(typeof arch === 'string' ? arch : '')
  const dtb = devices.find(({ name }) => name === device)?.dtb
  return {
    ...request,
    kernel,
    modules: request.modules ?? first(metadata, 'modules', place),
    device,
    ...(dtb === undefined || request.dtb !== undefined ? {} : { dtb: place(`dtbs/${dtb}`) }),
  }
}

/** TuxRun's own rule, then the device that boots kernels of the architecture. */
function deviceFor(arch: string): string | undefined {
  const exact = devices.find(({ name }) => name === `qemu-${arch}`)
  return (exact ?? devices.find((row) => row.buildArch === arch && row.preferred === true))?.name
}

function first(metadata: Metadata, kind: string, place: (name: string) => string): string | undefined {
  const names = metadata.results?.artifacts?.[kind]
  const [name] = Array.isArray(names) ? (names as readonly unknown[]) : []
  if (typeof name !== 'string') return undefined
  if (/^[\w][\w.+/-]*$/.test(name) && !name.includes('..')) return place(name)
  throw new LkftError('BAD_ARGUMENT', `metadata.json names a ${kind} outside of the build: ${JSON.stringify(name)}`)
}

async function read(from: string, isUrl: boolean, signal: AbortSignal | undefined): Promise<string> {
  try {
    if (!isUrl) return await readFile(from, 'utf8')
    const { statusCode, body } = await httpRequest(from, { dispatcher: downloadAgent(), signal: signal ?? null })
    if (statusCode === 200) return await body.text()
    await body.dump()
    throw new Error(`the server says ${statusCode}`)
  } catch (error) {
    throw new LkftError(isUrl ? 'FETCH_FAILED' : 'BAD_ARGUMENT', `cannot read ${from}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function parse(text: string, from: string): Metadata {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch {
    // Told below.
  }
  throw new LkftError('BAD_ARGUMENT', `${from} is no metadata.json of TuxMake's`)
}
