import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkTools, packagesToInstall } from '#cli/doctor/check-tools'
import type { ToolGroup } from '#cli/doctor/tools'

const groups: readonly ToolGroup[] = [
  {
    name: 'kernel build',
    need: 'all',
    essential: true,
    tools: [
      { program: 'make', package: 'make', purpose: 'x' },
      { program: 'gcc', package: 'gcc', purpose: 'x' },
    ],
  },
  {
    name: 'container runtime',
    need: 'any',
    essential: false,
    tools: [
      { program: 'podman', package: 'podman', purpose: 'x' },
      { program: 'docker', package: 'docker.io', purpose: 'x' },
    ],
  },
]

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-doctor-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function install(program: string): Promise<void> {
  await writeFile(join(folder, program), '')
  await chmod(join(folder, program), 0o755)
}

describe('lkft doctor', () => {
  it('finds programs on the path and names the packages of the others', async () => {
    await install('make')
    const findings = await checkTools(`/nowhere:${folder}`, groups)
    expect(findings[0]?.ready).toBe(false)
    expect(findings[0]?.tools.map(({ path }) => path)).toEqual([join(folder, 'make'), undefined])
    expect(packagesToInstall(findings, false)).toEqual(['gcc'])
    expect(packagesToInstall(findings, true)).toEqual(['gcc', 'podman', 'docker.io'])
  })

  it('takes one of several for enough where any will do', async () => {
    await install('docker')
    const findings = await checkTools(folder, groups)
    expect(findings[1]?.ready).toBe(true)
  })

  it('does not take a file that cannot be run for a program', async () => {
    await writeFile(join(folder, 'gcc'), '')
    const findings = await checkTools(folder, groups)
    expect(findings[0]?.tools[1]?.path).toBeUndefined()
  })
})
