import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Claim, claims } from '../../test/support/claims.ts'
import { recordEvidence } from '../../test/support/evidence.ts'
import { coldBuild } from './cold.ts'
import { type Bench, root } from './measure.ts'
import { nothingToDo } from './noop.ts'
import { reusedBuild } from './reuse.ts'
import { warmCcache } from './ccache.ts'

// Speed of lkft build as ratios to the same work done without it, medians of interleaved pairs; the spread of each side
// is the machine's. With LKFT_EVIDENCE=1 the figure goes into docs/evidence.md.
//   node bench/build/main.ts cold|noop|ccache|reuse [pairs] [--add]

const parts: Readonly<Record<string, (bench: Bench) => Promise<string>>> = {
  cold: coldBuild,
  noop: nothingToDo,
  ccache: warmCcache,
  reuse: reusedBuild,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { add: { type: 'boolean', default: false } },
})
const [name = '', count = '5'] = positionals
const measure = parts[name]
if (measure === undefined) throw new Error(`say one of ${Object.keys(parts).join(', ')}`)
const claim = (Object.keys(claims) as Claim[]).find((each) => each === `speed-build-${name}`)
const kept = join(root, '.cache/bench-build')
await mkdir(kept, { recursive: true })
const folder = await mkdtemp(join(tmpdir(), 'lkft-bench-'))
try {
  const figure = await measure({ folder, kept, pairs: Number(count), add: values.add })
  console.log(`${name}: ${figure}`)
  if (claim !== undefined)
    await recordEvidence({ claim, command: `node bench/build/main.ts ${name}`, kernel: 'linux-source-6.1', figure })
} finally {
  await rm(folder, { recursive: true, force: true })
}
