import type { Command } from 'commander'
import type { ImageLock } from '#container/image-lock'

interface LockFlags {
  readonly file: string
  readonly json?: boolean
  readonly targetArch: readonly string[]
  readonly toolchain: readonly string[]
  readonly imageRegistry?: string
}

/** `lkft images`: which bytes the names of container images stand for. */
export function define(command: Command): void {
  const collect = (value: string, earlier: readonly string[]): readonly string[] => [...earlier, value]
  command
    .command('lock')
    .summary("fetch images' digests from their registries and write them to lkft.lock")
    .description(
      "Fetches each image's manifest from its registry and writes its digest to lkft.lock. Without images, all of lkft.lock anew. No layer is fetched.",
    )
    .argument('[images...]', 'names of images, e.g. tuxmake/arm64_gcc-14')
    .option('-a, --target-arch <arch>', 'the images of an architecture, with each --toolchain', collect, [])
    .option('-t, --toolchain <name>', 'the images of a toolchain, with each --target-arch', collect, [])
    .option('--image-registry <registry>', 'registry of images without one', 'docker.io')
    .option('--file <file>', 'the lock file', 'lkft.lock')
    .option('--json', 'print the lock on stdout')
    .action(lock)
  command
    .command('list')
    .summary('print the images of lkft.lock')
    .option('--file <file>', 'the lock file', 'lkft.lock')
    .option('--json', 'print the lock on stdout')
    .action(async (flags: LockFlags) => {
      const { readImageLock } = await import('#container/image-lock')
      print(await readImageLock(flags.file), flags)
    })
  command.addHelpText(
    'after',
    `
Examples:
  lkft images lock tuxmake/arm64_gcc-14 ghcr.io/me/kernel:clang
  lkft images lock --target-arch arm64 --target-arch riscv --toolchain gcc-14
  lkft images lock
  lkft images list --json`,
  )
}

async function lock(words: readonly string[], flags: LockFlags): Promise<void> {
  const [{ lockImages }, { readImageLock, writeImageLock }, { namesOf }, { watchInterruption }] = await Promise.all([
    import('#container/lock-images'),
    import('#container/image-lock'),
    import('#cli/image-names'),
    import('#process/interruption'),
  ])
  const old = await readImageLock(flags.file)
  const asked = namesOf(words, flags)
  const names = asked.length > 0 ? asked : Object.keys(old.images)
  if (names.length === 0) {
    const { LkftError } = await import('#errors/lkft-error')
    throw new LkftError('BAD_ARGUMENT', `no image was named, and ${flags.file} has none`, {
      hint: 'Name images, or --target-arch and --toolchain.',
    })
  }
  using interruption = watchInterruption()
  const fresh = await lockImages(old, names, interruption.signal)
  await writeImageLock(flags.file, fresh)
  print(fresh, flags, new Set(names))
}

function print(held: ImageLock, { json }: LockFlags, only?: ReadonlySet<string>): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(held, null, 2)}\n`)
    return
  }
  for (const [name, { digest, locked }] of Object.entries(held.images)) {
    if (only?.has(name) === false) continue
    process.stdout.write(`${name} ${digest ?? 'not fetched'} ${locked ?? ''}`.trimEnd() + '\n')
  }
}
