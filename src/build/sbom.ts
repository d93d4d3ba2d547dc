import { createHash } from 'node:crypto'
import type { Build } from '#schema/documents'

interface Component {
  readonly type: string
  readonly name: string
  readonly [field: string]: unknown
}

/**
 * A CycloneDX 1.6 bill of materials of one build: the kernel and where its source
 * is from, each artifact with its hash, and under `formulation` what it was made
 * with. The same build gives the same bytes: number and date come from it.
 *
 * @param timestamp seconds since 1970, the date of all artifacts
 */
export function billOfMaterials(build: Build, timestamp: number): object {
  const kernel = kernelComponent(build)
  const files = build.artifacts.filter(({ kind }) => kind !== 'log').map(fileComponent)
  const made = madeWith(build)
  const body = {
    metadata: {
      timestamp: new Date(timestamp * 1000).toISOString(),
      tools: { components: [{ type: 'application', name: 'lkft', version: build.lkft.version }] },
      component: kernel,
      properties: properties({
        'lkft:build': build.name,
        'lkft:target-arch': build.request.target_arch,
        'lkft:toolchain': build.request.toolchain,
        'lkft:kconfig-sha256': build.kconfig.sha256,
      }),
    },
    components: files,
    dependencies: [{ ref: 'kernel', dependsOn: [] }],
    formulation: [{ 'bom-ref': 'build', components: made }],
  }
  return {
    $schema: schema,
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serial(body),
    version: 1,
    ...body,
  }
}

const schema = 'http://cyclonedx.org/schema/bom-1.6.schema.json'

function kernelComponent({ source }: Build): Component {
  const { git } = source
  return {
    type: 'operating-system',
    'bom-ref': 'kernel',
    name: 'linux',
    version: source.kernel_release ?? source.kernel_version,
    cpe: `cpe:2.3:o:linux:linux_kernel:${/^[\d.]+/.exec(source.kernel_version)?.[0].replace(/\.$/, '') ?? '-'}:*:*:*:*:*:*:*`,
    licenses: [{ expression: 'GPL-2.0-only WITH Linux-syscall-note' }],
    ...(git === null
      ? {}
      : {
          pedigree: { commits: [{ uid: git.commit }] },
          ...(git.url === null || git.url === undefined ? {} : { externalReferences: [{ type: 'vcs', url: git.url }] }),
        }),
    properties: properties({
      'lkft:git-describe': git?.describe ?? null,
      'lkft:git-tree': git?.tree ?? null,
      'lkft:git-dirty': git === null ? null : String(git.dirty),
    }),
  }
}

function fileComponent({ name, sha256, size }: Build['artifacts'][number]): Component {
  return {
    type: 'file',
    'bom-ref': `file:${name}`,
    name,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: properties({ 'lkft:bytes': String(size) }),
  }
}

function madeWith({ compiler, container, tools = {} }: Build): readonly Component[] {
  return [
    ...(compiler === null
      ? []
      : [{ type: 'application', name: compiler.name, version: compiler.version, description: compiler.full }]),
    ...(container === null
      ? []
      : [
          {
            type: 'container',
            name: container.image,
            ...(container.digest === null
              ? {}
              : { version: container.digest, hashes: [{ alg: 'SHA-256', content: container.digest.slice(7) }] }),
          },
        ]),
    ...Object.entries(tools).flatMap(([name, full]) => {
      // Each component may stand there once.
      if (name === compiler?.name && full === compiler.full) return []
      const version = /\d+(?:\.\d+)+\S*/.exec(full)?.[0] ?? full
      return [{ type: 'application', name, version, description: full }]
    }),
  ]
}

function properties(values: Readonly<Record<string, string | null>>): readonly { name: string; value: string }[] {
  return Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]))
}

/** A number that only this content has, in the form of a version 8 UUID. */
function serial(body: object): string {
  const hex = createHash('sha256').update(JSON.stringify(body)).digest('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)]
  return `urn:uuid:${parts.join('-')}`
}
