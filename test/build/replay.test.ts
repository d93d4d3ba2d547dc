import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareArtifacts } from '#build/compare-artifacts'
import { readStage } from '#files/stage-directory'
import { lkftRoot, runLkft } from '../support/run-lkft.ts'
import { makeTinyTree } from '../support/tiny-tree.ts'

const run = promisify(execFile)

// Real objects with debug information, a module tree and a configuration, without the minutes of a whole kernel;
// test/full/reproducible.test.ts does the same with one.
const extra = `all: objects
objects:
	@mkdir -p $(O) && cd $(O) && for f in one.c two.S; do $(CROSS_COMPILE)gcc $(KCFLAGS) $(KAFLAGS) -fmacro-prefix-map=$(CURDIR)/= -g -c -o $$f.o $(CURDIR)/kernel/$$f; done
	@cd $(O) && $(CROSS_COMPILE)ld -r -o vmlinux one.c.o two.S.o; echo "$$KBUILD_BUILD_USER@$$KBUILD_BUILD_HOST $$KBUILD_BUILD_TIMESTAMP $$TZ $$(umask)" > banner
modules_install:
	@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/6.99 && cd $(INSTALL_MOD_PATH)/lib/modules/6.99 && cp $(O)/banner $(O)/one.c.o . && ln -s $(O) build
`
const files = {
  'extra.mk': extra,
  'kernel/one.c': 'const char *file = __FILE__;\nint one(void) { return 1; }\n',
  'kernel/two.S': '.globl two\ntwo: .long 1\n',
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-replay-'))
  await chmod(folder, 0o755)
})
afterAll(async () => rm(folder, { recursive: true, force: true }))

test('reproduce.sh gives equal bytes from another path, user, host, time zone and umask', async () => {
  const source = await makeTinyTree(join(folder, 'tree'), files)
  const [first, second] = [join(folder, 'first'), join(folder, 'elsewhere/second')]
  const words = ['build', '-C', source, '-a', 'x86_64', '-k', 'tinyconfig', '-K', 'CONFIG_MODULES=y', '-o', first]
  expect((await runLkft([...words, 'KCFLAGS=-DA="b c"'])).code).toBe(0)

  const copy = join(folder, 'another/tree')
  await cp(source, copy, { recursive: true })
  await mkdir(second, { recursive: true })
  await chmod(second, 0o777)
  // The clone may lie in a home that the other user cannot enter.
  const program = join(folder, 'program')
  await mkdir(program)
  const script =
    'mount --bind "$1" "$2"; hostname elsewhere; umask 077; exec setpriv --reuid=65534 --regid=65534 --clear-groups sh "$0"'
  const inside = [join(first, 'reproduce.sh'), lkftRoot, program]
  const unshare = ['unshare', '--uts', '--mount', 'sh', '-c', script, ...inside]
  const [command = '', ...args] = process.getuid?.() === 0 ? unshare : ['sudo', '-n', '--preserve-env', ...unshare]
  await run(command, args, {
    cwd: '/',
    env: {
      ...process.env,
      SOURCE: copy,
      OUTPUT: second,
      LKFT: join(program, 'bin/lkft'),
      TZ: 'Asia/Kolkata',
      USER: 'x',
    },
  })

  const [a, b] = [await readStage('build', first), await readStage('build', second)]
  expect(a.artifacts.map(({ name }) => name)).toEqual(expect.arrayContaining(['vmlinux.zst', 'modules.tar.zst']))
  expect(await compareArtifacts({ directory: first, build: a }, { directory: second, build: b })).toEqual([])
  expect(b.kconfig.sha256).toBe(a.kconfig.sha256)
})
