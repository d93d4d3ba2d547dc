import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FindMaintainers, readMaintainers, suitePath } from '#report/maintainers'

const text = `List of maintainers
===================

	M: Mail patches to: FullName <address@domain>

Maintainers List
----------------

NETWORKING [GENERAL]
M:	Net Person <net@example.org>
L:	netdev@vger.kernel.org (moderated)
S:	Maintained
F:	net/
F:	tools/testing/selftests/net/
X:	net/wireless/

BROADCOM DRIVER
M:	Driver Person <driver@example.org>
R:	Reviewer <reviewer@example.org>
L:	netdev@vger.kernel.org
F:	drivers/net/ethernet/broadcom/*.c
N:	bcm[0-9]+

THE REST
M:	Everybody <everybody@example.org>
L:	linux-kernel@vger.kernel.org
F:	*
F:	*/
`
let folder = ''
let find: FindMaintainers
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-maintainers-'))
  await writeFile(join(folder, 'MAINTAINERS'), text)
  find = await readMaintainers(join(folder, 'MAINTAINERS'))
})
afterAll(() => rm(folder, { recursive: true }))

test.each([
  ['net/core/dev.c', ['Net Person <net@example.org>', 'netdev@vger.kernel.org']],
  ['net/wireless/core.c', []],
  [
    'drivers/net/ethernet/broadcom/tg3.c',
    ['Driver Person <driver@example.org>', 'Reviewer <reviewer@example.org>', 'netdev@vger.kernel.org'],
  ],
  ['drivers/net/ethernet/broadcom/deep/tg3.c', []],
  [
    'arch/arm/mach-x/bcm2835.c',
    ['Driver Person <driver@example.org>', 'Reviewer <reviewer@example.org>', 'netdev@vger.kernel.org'],
  ],
  ['network.c', []],
])('%s', (path, expected) => {
  expect(find(path)).toEqual(expected)
})

test('a suite of the tree is where its sources lie', () => {
  expect(find(suitePath('kselftest-net') ?? '')).toContain('netdev@vger.kernel.org')
  expect(suitePath('ltp-syscalls')).toBeUndefined()
})
