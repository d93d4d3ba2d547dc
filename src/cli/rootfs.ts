import type { Command } from 'commander'

interface RootfsFlags {
  readonly cacheServer?: string
  readonly file: string
  readonly json?: boolean
}

/** `lkft rootfs`: root file systems that others publish, and which bytes are meant. */
export function define(command: Command): void {
  command
    .command('list')
    .summary('print the root file systems by name, with the digests of the lock file')
    .option('--file <file>', 'the lock file', 'lkft-rootfs.lock')
    .option('--json', 'print one JSON document on stdout')
    .action(list)
  command
    .command('lock')
    .summary('fetch root file systems and write their sha256 to the lock file')
    .argument('<names...>', 'names of the list, or URLs')
    .option('--file <file>', 'the lock file', 'lkft-rootfs.lock')
    .option('--cache-server <url>', 'fetch through this lkft cache server')
    .option('--json', 'print the lock on stdout')
    .action(lock)
  command.addHelpText(
    'after',
    `
Examples:
  lkft rootfs list
  lkft rootfs lock tuxboot-arm64 https://example.org/rootfs.cpio.gz
  lkft boot --kernel Image --device qemu-arm64 --rootfs tuxboot-arm64`,
  )
}

async function list({ file, json }: RootfsFlags): Promise<void> {
  const { embeddedRootfs, publishedRootfs } = await import('#boot/rootfs/catalogue')
  const { readRootfsLock } = await import('#boot/rootfs/rootfs-lock')
  const { files } = await readRootfsLock(file)
  const rows = publishedRootfs.map((row) => ({ ...row, sha256: files[row.url]?.sha256 ?? null }))
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ rootfs: rows }, null, 2)}\n`)
    return
  }
  const { formatTable } = await import('#log/format-table')
  const lines = rows.map(({ name, device, url, sha256 }) => [name, device, sha256 ?? 'not fetched', url])
  const own = [embeddedRootfs, 'all with busybox', 'made here', "Debian's busybox-static; the default"]
  process.stdout.write(formatTable(['name', 'device', 'sha256', 'from'], [own, ...lines]))
}

async function lock(names: readonly string[], { file, cacheServer, json }: RootfsFlags): Promise<void> {
  const { findRootfs } = await import('#boot/rootfs/catalogue')
  const { lockRootfs, readRootfsLock, writeRootfsLock } = await import('#boot/rootfs/rootfs-lock')
  const { plainReporter } = await import('#log/plain-reporter')
  const { watchInterruption } = await import('#process/interruption')
  const urls = names.map((name) => (/^https?:\/\//i.test(name) ? name : findRootfs(name).url))
  using interruption = watchInterruption()
  const reporter = plainReporter((line) => process.stderr.write(`${line}\n`), { showOutput: false })
  const context = { reporter, signal: interruption.signal }
  const fresh = await lockRootfs(await readRootfsLock(file), urls, context, cacheServer)
  reporter.close()
  await writeRootfsLock(file, fresh)
  if (json === true) process.stdout.write(`${JSON.stringify(fresh, null, 2)}\n`)
  else for (const url of urls) process.stdout.write(`${url} ${fresh.files[url]?.sha256}\n`)
}
