import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The Makefile of a tree that answers Kbuild's goals in milliseconds, for tests
 * of what lkft does around make. What the compiler does is tested on real trees.
 */
const makefile = `# SPDX-License-Identifier: MIT
VERSION = 6
PATCHLEVEL = 99
SUBLEVEL = 1
EXTRAVERSION = -tiny
# -fmacro-prefix-map= stands here as in every tree since 4.19
O ?= .
export O
.PHONY: all bzImage tinyconfig olddefconfig headers_install modules_install broken environment sleep kernelrelease
all: vmlinux bzImage
tinyconfig:
	@mkdir -p $(O)
	@printf 'CONFIG_X86=y\\n# CONFIG_MODULES is not set\\n' > $(O)/.config
olddefconfig:
	@grep -v CONFIG_UNKNOWN $(O)/.config > $(O)/.config.new || true
	@mv $(O)/.config.new $(O)/.config
vmlinux:
	@echo "  LD      vmlinux"
	@mkdir -p $(O)/include/config; echo 6.99.1-tiny > $(O)/include/config/kernel.release
	@head -c 100000 /dev/zero > $(O)/vmlinux; echo '0 T _text' > $(O)/System.map
bzImage: vmlinux
	@echo "  BUILD   arch/x86/boot/bzImage"
	@mkdir -p $(O)/arch/x86/boot; cp $(O)/vmlinux $(O)/arch/x86/boot/bzImage
headers_install:
	@mkdir -p $(INSTALL_HDR_PATH)/include/linux; echo 1 > $(INSTALL_HDR_PATH)/include/linux/version.h
dtbs_install: ;
environment:
	@env | sort | sed 's/^/ENV /'
broken:
	@echo "$(CURDIR)/kernel/fork.c:12:3: error: expected ';' before '}' token" >&2; exit 1
sleep:
	@sleep 321 & echo "  CC      asleep.o"; wait
-include $(CURDIR)/extra.mk
`

/** Makes such a tree; `files` are added to it, by path. `extra.mk` is read by its Makefile. */
export async function makeTinyTree(folder: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const all = {
    Makefile: makefile,
    Kconfig: 'config X86\n\tdef_bool y\nconfig MODULES\n\tbool "modules"\n\tdepends on X86\n',
    'arch/x86/Makefile': '# tiny\n',
    'arch/arm64/Makefile': '# tiny\n',
    'kernel/configs/debug.config': 'CONFIG_DEBUG=y\n',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  return folder
}
