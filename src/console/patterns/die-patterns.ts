import type { CrashPattern } from '#console/patterns/crash-pattern'

/**
 * BUG() and bad memory accesses in kernel mode, by architecture. One exception prints
 * several of these lines; they join to one event whose kind is the most specific of them.
 */
export const diePatterns: readonly CrashPattern[] = [
  {
    kind: 'bug',
    family: 'die',
    anchor: 'ernel BUG at',
    pattern: /^(?:\S+: )?(?<title>[kK]ernel BUG at (?<location>[^\s!]+?))(?:!|:? |$)/,
    source: 'lib/bug.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'ernel bug at',
    pattern: /^(?<title>Kernel bug at (?<location>\S+:\d+))/,
    source: 'arch/alpha/kernel/traps.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'Kernel Bug ',
    pattern: /^\S+\(\d+\): (?<title>Kernel Bug) \d+$/,
    source: 'arch/alpha/kernel/traps.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'Kernel bug detected',
    pattern: /^(?<title>Kernel bug detected)(?:\[#\d+\])?/,
    source: 'arch/mips/kernel/traps.c, arch/loongarch',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'Kernel BUG [#',
    pattern: /^(?<title>Kernel BUG) \[#\d+\]/,
    source: 'arch/riscv/kernel/traps.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'Kernel BUG: ',
    pattern: /^(?<title>Kernel BUG): \w+ \[#\d+\]/,
    source: 'arch/sh/kernel/traps.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'hyp BUG at: ',
    pattern: /^(?:kvm \[\d+\]: )?(?<title>nVHE hyp BUG at): (?<location>[^\s!]+)/,
    source: 'arch/arm64/kvm/handle_exit.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'BUG: failure at',
    pattern: /^(?<title>BUG: failure at (?<location>[^\s/]\S*?:\d+)\/?\S*)/,
    source: 'include/asm-generic/bug.h',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'BUG: unable to handle',
    pattern: /^(?:\S+: )?(?<title>BUG: unable to handle.*)/,
    source: 'arch/x86/mm/fault.c, arch/sh/mm/fault.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'BUG: Unable to handle',
    pattern: /^(?<title>BUG: Unable to handle .+)/,
    source: 'arch/powerpc/mm/fault.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'BUG: Kernel NULL pointer',
    pattern: /^(?<title>BUG: Kernel NULL pointer dereference.*)/,
    source: 'arch/powerpc/mm/fault.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'BUG: kernel NULL pointer',
    pattern: /^(?<title>BUG: kernel NULL pointer dereference.*)/,
    source: 'arch/x86/mm/fault.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'nable to handle kernel',
    pattern: /^(?:CPU:? (?<cpu>\d+)[:,]? )?(?<title>Unable to handle kernel\b.*)/,
    source: 'arch/{arm,arm64,riscv,mips,loongarch,s390,sparc,alpha,m68k,…}/mm/fault.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'Kernel attempted to',
    pattern: /^(?<title>Kernel attempted to .+?) - exploit attempt/,
    source: 'arch/powerpc/mm/fault.c',
    needsProof: true,
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'Internal error: ',
    pattern: /^(?<title>Internal error: .*?)(?: \[#\d+\]|$)/,
    source: 'arch/arm/kernel/traps.c, arch/arm64/kernel/traps.c',
  },
  {
    kind: 'oops',
    family: 'die',
    anchor: 'Oops',
    pattern:
      /^(?:[\w/.:@-]{1,32}[([]\d+[)\]]: )?(?<title>Oops(?:#?:? [\da-f]{4,16}(?= |$)|:? ?[^[]*?(?=, sig: )|[ :,-][^[]*?(?= ?\[#?\d+\])|(?= ?\[#?\d+\])| \d+(?= ?$)))/,
    source: 'every architecture: die() in traps.c',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'rust_kernel: panicked',
    pattern: /^(?<title>rust_kernel: panicked at) (?<location>[^\s:]+:\d+)?/,
    source: 'rust/kernel/lib.rs',
  },
  {
    kind: 'bug',
    family: 'die',
    anchor: 'Kernel BUG [verbose',
    pattern: /^(?<title>Kernel BUG) \[verbose debug info unavailable\]/,
    source: 'arch/x86/kernel/traps.c of 2.6',
  },
  {
    kind: 'list-corruption',
    family: 'die',
    anchor: 'ernel BUG at lib/list_debug.c',
    pattern: /^(?<title>kernel BUG at (?<location>lib\/list_debug\.c:\d+))/i,
    source: 'lib/list_debug.c',
  },
]
