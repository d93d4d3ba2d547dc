import { readFile, writeFile } from 'node:fs/promises'
import { defaultCacheDirectory } from '#files/cache-directory'
import { cpioFile, fileType } from '#files/cpio'
import { silentReporter } from '#log/reporter'
import { makeRootfs } from '#suites/make-rootfs'

const shell = `#!/bin/sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root TERM=dumb
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
cd /
while :; do setsid cttyhack sh; done
`

/** lkft's root file system with a root shell as first process: LAVA types at its prompt. One archive, as LAVA unpacks it. */
export async function makeRamdisk(file: string): Promise<void> {
  const { signal } = new AbortController()
  const context = { reporter: silentReporter, signal }
  const base = await readFile(await makeRootfs({ arch: 'x86_64', cacheDirectory: defaultCacheDirectory() }, context))
  // An archive is one up to its trailer, so the file has to stand at the front.
  await writeFile(file, Buffer.concat([cpioFile('shell', fileType.regular | 0o755, shell), base]))
}
