import { architectures } from '#build/architectures'
import { compilerName, makeVariables } from '#build/make-variables'
import { completeBuildRequest } from '#build/build-request'
import { findProgram } from '#build/find-program'
import { isContainerRuntime } from '#build/choose-image'
import { parseToolchain, toolchains } from '#build/toolchains'

/** Which toolchain builds which architecture under one runtime. */
export interface SupportMatrix {
  readonly architectures: readonly string[]
  readonly toolchains: readonly { readonly name: string; readonly supported: ReadonlySet<string> }[]
}

/**
 * The pairs that a runtime can build: those with an image, or on this machine
 * those whose own compiler is installed (for rustgcc the cross compiler counts,
 * as it is what compiles the C).
 */
export async function supportMatrix(runtime: string): Promise<SupportMatrix> {
  const names = architectures.map(({ name }) => name)
  if (isContainerRuntime(runtime)) {
    const rows = toolchains.map((row) => ({ name: row.name, supported: new Set(row.architectures) }))
    return { architectures: names, toolchains: rows }
  }
  const families = ['clang', 'gcc', 'rustclang', 'rustgcc']
  const rows = families.map(async (name) => ({ name, supported: await installedFor(name) }))
  return { architectures: names, toolchains: await Promise.all(rows) }
}

async function installedFor(name: string): Promise<ReadonlySet<string>> {
  const supported = new Set<string>()
  const toolchain = parseToolchain(name)
  const programs = name.startsWith('rust') ? ['rustc', 'bindgen'] : []
  for (const architecture of architectures) {
    const request = completeBuildRequest({ source: '', outputDir: '', targetArch: architecture.name, toolchain: name })
    const compiler = compilerName(makeVariables(request, architecture, toolchain, '/build'))
    const found = await Promise.all([compiler, ...programs].map(findProgram))
    if (found.every((path) => path !== undefined)) supported.add(architecture.name)
  }
  return supported
}

/** The matrix as lines of a table. */
export function formatMatrix(matrix: SupportMatrix): readonly string[] {
  const wide = Math.max(...matrix.toolchains.map(({ name }) => name.length))
  const heading = ['', ...matrix.architectures]
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => cell.padEnd(index === 0 ? wide : (heading[index]?.length ?? 0)))
      .join(' ')
      .trimEnd()
  return [
    line(heading),
    ...matrix.toolchains.map(({ name, supported }) =>
      line([name, ...matrix.architectures.map((architecture) => (supported.has(architecture) ? 'yes' : 'no'))]),
    ),
  ]
}
