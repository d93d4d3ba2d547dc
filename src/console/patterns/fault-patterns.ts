import type { CrashPattern } from '#console/patterns/crash-pattern'

/** A trap of x86, named as in arch/x86/kernel/traps.c, with its error code and `[#n]`. */
const x86Trap =
  /^(?:Oops: )?(?<title>(?:divide[ _]error|invalid opcode|int3|bounds|overflow|double fault|invalid TSS|segment not present|stack segment|alignment check|coprocessor segment overrun|control protection|debug|stack guard page|kernel stack overflow \([\w -]+\)|SIMD exception|fpu exception|simd exception|Bad pagetable|unknown NMI|Missing ENDBR)):? .*\[#\d+\]/i

/** What an x86 kernel calls its traps. */
const x86Traps: readonly string[] = [
  'alignment check',
  'Bad pagetable',
  'bounds: ',
  'control protection',
  'coprocessor segment',
  'debug: 0',
  'divide error',
  'divide_error',
  'double fault: ',
  'fpu exception',
  'int3: ',
  'invalid opcode',
  'invalid TSS',
  'kernel stack overflow (',
  'Missing ENDBR',
  'overflow: ',
  'segment not present',
  'simd exception',
  'SIMD exception',
  'stack guard page: ',
  'stack segment',
]

/** How every architecture ends the first line of an exception, whatever it calls the exception. */
const numberedTrap =
  /^(?:[\w/.:@-]{1,32}[([]\d+[)\]]: )?(?<title>[A-Za-z][^[\]]{3,80}?)(?::? [\da-f]{4,16})?(?: ilc:\d)?,? ?\[#\d+\]:?(?: [A-Z][\w()-]*)*\s*$/

/** Exceptions in kernel mode other than bad memory accesses, by architecture. */
export const faultPatterns: readonly CrashPattern[] = [
  {
    kind: 'fault',
    family: 'die',
    anchor: 'general protection fault',
    pattern:
      /^(?:Oops: )?(?<title>general protection fault(?: in user access|,? (?:maybe|probably) for (?:address|non-canonical address))?).*?(?:\[#?\d+\]|: [\da-f]{4}(?: |$))/,
    source: 'arch/x86/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'double fault',
    pattern: /^(?:\w+: )?(?<title>PANIC: double fault)/,
    source: 'arch/x86/kernel/doublefault_32.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'PANIC: early exception',
    pattern: /^(?<title>PANIC: early exception \S+)/,
    source: 'arch/x86/kernel/head_64.S, mm/extable.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'PANIC: ',
    pattern:
      /^(?<title>PANIC: (?:Unsupported exit-code|Failure in communication with VMM|Failed to decode instruction))/,
    source: 'arch/x86/kernel/sev.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'stack guard page was hit',
    pattern: /^(?<title>BUG: (?:\w+ )?stack guard page was hit)/,
    source: 'arch/x86/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Unhandled fault: ',
    pattern: /^(?<title>Unhandled fault: .+?)(?: \(0x[\da-f]+\))? at /,
    source: 'arch/arm/mm/fault.c, arch/arm64/mm/fault.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Unhandled fault at 0x',
    pattern: /^(?<title>Unhandled fault) at 0x[\da-f]+/,
    source: 'arch/arm64/mm/fault.c of 4.17 to 5.9',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Unhandled prefetch abort: ',
    pattern: /^(?<title>Unhandled prefetch abort: .+?)(?: \(0x[\da-f]+\))? at /,
    source: 'arch/arm/mm/fault.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Bad mode in',
    pattern: /^(?<title>Bad mode in .+? handler detected)/,
    source: 'arch/arm/kernel/traps.c, arch/arm64/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'exception on CPU',
    pattern: /^(?<title>Unhandled .+ exception) on CPU ?(?<cpu>\d+), (?:ESR|code)/,
    source: 'arch/arm64/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Unhandled kernel unaligned access',
    pattern: /^(?<title>Unhandled kernel unaligned access(?: or invalid instruction)?)(?:\[#\d+\]|:|$)/,
    source: 'arch/mips/kernel/unaligned.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'in kernel code[#',
    pattern: /^(?<title>[A-Z][\w ]{2,40} in kernel code)\[#\d+\]/,
    source: 'arch/mips/kernel/traps.c, arch/loongarch/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'invoked from kernel context!',
    pattern: /^(?<title>do_\w+ invoked from kernel context!)\[#\d+\]/,
    source: 'arch/mips/kernel/traps.c, arch/loongarch/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: ' access[#',
    pattern: /^(?<title>Kernel (?:ade|ale|unaligned instruction) access)\[#\d+\]/,
    source: 'arch/mips/kernel/traps.c, arch/loongarch/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: ' ilc:',
    pattern:
      /^(?<title>(?:[a-z][a-z -]+ exception|addressing exception|privileged operation|illegal operation|monitor event|stack overflow|Unknown program exception|operand exception|vector processing exception|page-translation exception|asce.*exception|protection exception)): [\da-f]{4} (?:\[#\d+\]|ilc:\d)/,
    source: 'arch/s390/kernel/dumpstack.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Kernel stack overflow',
    pattern: /^(?<title>Kernel stack overflow)\.?(?: in process .*)?$/,
    source: 'arch/s390/kernel/traps.c, arch/powerpc/kernel/process.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'nsufficient stack space to handle exception',
    pattern: /^(?<title>Insufficient stack space to handle exception!)/,
    source: 'arch/arm64/kernel/traps.c, arch/riscv/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: ': Code=',
    pattern: /^(?<title>[A-Z][\w ,:?().-]{4,70}?): Code=\d+ \(/,
    source: 'arch/parisc/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'SError Interrupt on CPU',
    pattern: /^(?<title>SError Interrupt) on CPU ?(?<cpu>\d+), code/,
    source: 'arch/arm64/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Alignment trap: not handling',
    pattern: /^(?<title>Alignment trap: not handling instruction)/,
    source: 'arch/arm/mm/alignment.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'BAD KERNEL TRAP: ',
    pattern: /^(?<title>BAD KERNEL TRAP)/,
    source: 'arch/m68k/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: ' ***   FORMAT=',
    pattern: /^\*\*\* (?<title>[\w/ -]+?) \*\*\* {3}FORMAT=/,
    source: 'arch/m68k/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: ' (code ',
    pattern: /^\S+ \(pid \d+\): (?<title>[A-Z].+?) \(code -?\d+\)$/,
    needsProof: true,
    source: 'arch/parisc/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: 'Division by zero in kernel',
    pattern: /^(?<title>Division by zero in kernel)\./,
    source: 'arch/arm/kernel/traps.c',
  },
  {
    kind: 'fault',
    family: 'die',
    anchor: '): Instruction fault',
    pattern: /^\S+\(\d+\): (?<title>Instruction fault) -?\d+$/,
    source: 'arch/alpha/kernel/traps.c',
  },
  ...x86Traps.map((anchor): CrashPattern => ({
    kind: 'fault',
    family: 'die',
    anchor,
    pattern: x86Trap,
    source: 'arch/x86/kernel/traps.c',
  })),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((count): CrashPattern => ({
    kind: 'fault',
    family: 'die',
    anchor: `[#${count}]`,
    pattern: numberedTrap,
    needsProof: 'untimed',
    source: 'every architecture: die() in traps.c',
  })),
]
