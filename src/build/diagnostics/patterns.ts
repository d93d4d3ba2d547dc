import type { Diagnostic } from '#schema/documents'

/** What one line says, before paths are made relative. `tool` `cc` stands for the build's own C compiler. */
export interface RawDiagnostic {
  readonly tool: string
  readonly level: Diagnostic['level']
  readonly file?: string | undefined
  readonly line?: number | undefined
  readonly column?: number | undefined
  readonly flag?: string | undefined
  readonly message: string
}

interface Pattern {
  readonly expression: RegExp
  readonly read: (groups: Readonly<Record<string, string | undefined>>, line: string) => RawDiagnostic
}

const levels: Readonly<Record<string, Diagnostic['level']>> = {
  error: 'error',
  fatal: 'error',
  note: 'note',
  warning: 'warning',
}

function level(word: string | undefined): Diagnostic['level'] {
  return levels[(word ?? '').toLowerCase().split(' ')[0] ?? ''] ?? 'error'
}

function place(groups: Readonly<Record<string, string | undefined>>): Pick<RawDiagnostic, 'file' | 'line' | 'column'> {
  const number = (text: string | undefined): number | undefined => {
    const value = Number(text)
    return text === undefined || !Number.isSafeInteger(value) || value < 1 ? undefined : value
  }
  return { file: groups['file'], line: number(groups['line']), column: number(groups['column']) }
}

function linkerLevel(text: string): Diagnostic['level'] {
  if (text.startsWith('NOTE: ')) return 'note'
  return /warning:/.test(text) ? 'warning' : 'error'
}

const message = (groups: Readonly<Record<string, string | undefined>>): string => groups['message'] ?? ''

/**
 * One row per form of message, the most special first: the first that matches wins.
 * test/build/real-messages.test.ts has the tools of the machine say them.
 */
export const patterns: readonly Pattern[] = [
  {
    // vmlinux.o: warning: objtool: foo+0x12: unreachable instruction
    expression: /^(?:(?<file>\S+): )?(?<level>warning|error): objtool: (?<message>.+)$/i,
    read: (groups) => ({
      tool: 'objtool',
      level: level(groups['level']),
      file: groups['file'],
      message: message(groups),
    }),
  },
  {
    // ERROR: modpost: "foo" [drivers/bar.ko] undefined!
    expression: /^(?<level>ERROR|WARNING|FATAL): modpost: (?<message>.+)$/,
    read: (groups) => ({
      tool: 'modpost',
      level: level(groups['level']),
      file: /\[([^\]\s]+)\] undefined/.exec(message(groups))?.[1] ?? /^(\S+\.(?:k?o|c)):/.exec(message(groups))?.[1],
      message: message(groups),
    }),
  },
  {
    // WARNING: modpost of old kernels: "WARNING: vmlinux.o(.text+0x12): Section mismatch in reference …"
    expression:
      /^(?<level>WARNING|ERROR): (?<message>(?<file>\S+\.k?o)\(\S+\): Section mismatch.*|"\S+" \[(?<module>\S+)\] undefined!.*)$/,
    read: (groups) => ({
      tool: 'modpost',
      level: level(groups['level']),
      file: groups['file'] ?? groups['module'],
      message: message(groups),
    }),
  },
  {
    // drivers/x.dts:12.3-15: Warning (unit_address_vs_reg): /soc/uart: node has a unit name, but …
    expression:
      /^(?<file>\S+\.dtsi?|\S+\.dtbo?|<stdin>):(?<line>\d+)\.(?<column>\d+)(?:-[\d.]+)?: (?<level>Warning|ERROR|Error) \((?<flag>\w+)\): (?<message>.+)$/,
    read: (groups) => ({
      tool: 'dtc',
      level: level(groups['level']),
      ...place(groups),
      flag: groups['flag'],
      message: message(groups),
    }),
  },
  {
    // dtb file without lines: "arch/x.dtb: Warning (reg_format): …"
    expression: /^(?<file>\S+\.dt(?:si?|bo?)): (?<level>Warning|ERROR) \((?<flag>\w+)\): (?<message>.+)$/,
    read: (groups) => ({
      tool: 'dtc',
      level: level(groups['level']),
      file: groups['file'],
      flag: groups['flag'],
      message: message(groups),
    }),
  },
  {
    // Error: drivers/x.dts:12.3-4 syntax error
    expression: /^Error: (?<file>\S+\.dtsi?|<stdin>):(?<line>\d+)\.(?<column>\d+)(?:-[\d.]+)? (?<message>.+)$/,
    read: (groups) => ({ tool: 'dtc', level: 'error', ...place(groups), message: message(groups) }),
  },
  {
    // FATAL ERROR: Unable to parse input tree
    expression: /^FATAL ERROR: (?<message>.+)$/,
    read: (groups) => ({ tool: 'dtc', level: 'error', message: message(groups) }),
  },
  {
    // /src/x.c:12:3: warning: unused variable 'y' [-Wunused-variable]   gcc, clang, sparse, rustc's short form
    expression:
      /^(?<file>[^\s:][^:]*):(?<line>\d+)(?::(?<column>\d+))?: (?<level>fatal error|error|warning|note): (?<message>.*?)(?: \[(?<flag>-W[^\]]+)\])?$/,
    read: (groups, line) => ({
      tool: kconfigFile.test(groups['file'] ?? '') ? 'kconfig' : 'cc',
      level: level(groups['level']),
      ...place(groups),
      flag: groups['flag']?.replace(/^-Werror[=,]\s*/, '-W').replace(/^-W-W/, '-W'),
      message: message(groups) || line,
    }),
  },
  {
    // .config:1309:warning: override: UNWINDER_GUESS changes choice state   one fragment over another: no fault
    expression: /^(?<file>\S+?):(?<line>\d+):(?<level>warning|error): (?<message>.+)$/,
    read: (groups) => ({
      tool: 'kconfig',
      level: groups['message']?.startsWith('override: ') === true ? 'note' : level(groups['level']),
      ...place(groups),
      message: message(groups),
    }),
  },
  {
    // lib/Kconfig:3: syntax error
    expression: /^(?<file>\S*Kconfig[\w.-]*):(?<line>\d+): (?<message>.+)$/,
    read: (groups) => ({ tool: 'kconfig', level: 'error', ...place(groups), message: message(groups) }),
  },
  {
    // arch/x86/foo.S:12: Error: no such instruction: `bar'
    expression:
      /^(?<file>[^\s:][^:]*|\{standard input\}):(?<line>\d+): (?<level>Error|Warning|Fatal error): (?<message>.+)$/,
    read: (groups) => ({ tool: 'as', level: level(groups['level']), ...place(groups), message: message(groups) }),
  },
  {
    // {standard input}: Assembler messages:  is only a heading; "as: x: warning", "llvm-objcopy: error: 'x': No such file"
    expression: /^(?:\S*\/)?(?:[\w.-]+-)?(?<tool>as|ar|nm|objcopy|objdump|readelf|strip): (?:error: )?(?<message>.*)$/,
    read: (groups) => ({
      tool: groups['tool'] ?? 'as',
      level: /warning/i.test(message(groups)) ? 'warning' : 'error',
      message: message(groups),
    }),
  },
  {
    // ld.lld: error: undefined symbol: foo
    expression: /^(?:\S*\/)?(?:ld\.lld|lld)(?:-\d+)?: (?<level>error|warning): (?<message>.+)$/,
    read: (groups) => ({ tool: 'lld', level: level(groups['level']), message: message(groups) }),
  },
  {
    // aarch64-linux-gnu-ld: kernel/foo.o: in function `bar': /src/kernel/foo.c:12: undefined reference to `baz'
    expression:
      /^(?:\S*\/)?(?:[\w.-]+-)?ld(?:\.bfd|\.gold)?: (?:(?<level>warning|error): )?(?:(?<file>\S+\.[oa]):? ?)?(?<message>.+)$/,
    read: (groups) => ({
      tool: 'ld',
      level: groups['level'] === undefined ? linkerLevel(message(groups)) : level(groups['level']),
      file: groups['file'],
      message: message(groups),
    }),
  },
  {
    // fork.c:(.text+0x12): undefined reference to `foo'  or with file:line
    expression:
      /^(?<file>[^\s:]+):(?:(?<line>\d+):|\(\S+\):) (?<message>undefined reference to .+|multiple definition of .+)$/,
    read: (groups) => ({ tool: 'ld', level: 'error', ...place(groups), message: message(groups) }),
  },
  {
    // clang: error: unsupported option '-mfoo';  gcc: fatal error: no input files;  cc1: error: …
    expression:
      /^(?:\S*\/)?(?<tool>(?:[\w.-]+-)?(?:gcc|cc|cc1|clang|rustc|collect2)(?:-\d+)?): (?<level>fatal error|error|warning|note|internal compiler error): (?<message>.*?)(?: \[(?<flag>-W[^\]]+)\])?$/,
    read: (groups) => ({
      tool: groups['tool']?.includes('clang') === true ? 'clang' : 'cc',
      level: level(groups['level']?.replace('internal compiler', 'error')),
      flag: groups['flag'],
      message: message(groups),
    }),
  },
  {
    // WARNING: unmet direct dependencies detected for FOO
    expression: /^(?<level>WARNING): (?<message>unmet direct dependencies detected for \w+)$/,
    read: (groups) => ({ tool: 'kconfig', level: 'warning', message: message(groups) }),
  },
  {
    // *** Can't find default configuration "arch/x86/configs/foo"!
    expression: /^\*\*\* (?<message>Can't find default configuration .+|Configuration file .+)$/,
    read: (groups) => ({ tool: 'kconfig', level: 'error', message: message(groups) }),
  },
  {
    // make[3]: *** No rule to make target 'x', needed by 'y'.  Stop.
    expression: /^make(?:\[\d+\])?: \*\*\* (?!\[|Waiting for unfinished|Deleting )(?<message>.+?)(?:\. {2}Stop\.)?$/,
    read: (groups) => ({ tool: 'make', level: 'error', message: message(groups) }),
  },
  {
    // Makefile:12: *** the message of $(error …).  Stop.
    expression: /^(?<file>[^\s:]+):(?<line>\d+): \*\*\* (?<message>.+?)(?:\. {2}Stop\.)?$/,
    read: (groups) => ({ tool: 'make', level: 'error', ...place(groups), message: message(groups) }),
  },
  {
    // /bin/sh: 1: flex: not found
    expression: /^(?:\S*\/)?(?:sh|bash|dash): (?:line )?\d+: (?<message>.+)$/,
    read: (groups) => ({ tool: 'sh', level: 'error', message: message(groups) }),
  },
  {
    // make[2]: warning: jobserver unavailable;  make: flex: No such file or directory   (run without a shell)
    expression:
      /^make(?:\[\d+\])?: (?:(?<level>warning): (?<message>.+)|(?<unrun>\S+: (?:No such file or directory|Command not found|Permission denied)))$/i,
    read: ({ unrun, ...groups }) =>
      unrun === undefined
        ? { tool: 'make', level: level(groups['level']), message: message(groups) }
        : { tool: 'make', level: 'error', message: unrun },
  },
  {
    // Whatever else says so itself: pahole, depmod, scripts of the tree.
    expression:
      /^(?:(?<tool>[\w./+-]+): )?(?:(?<file>[\w./+-]+): )?(?<level>warning|error|fatal error)(?:: |\[)(?<message>.+)$/i,
    read: (groups) => ({
      tool: groups['tool']?.split('/').at(-1) ?? 'other',
      level: level(groups['level']),
      file: groups['file'],
      message: message(groups),
    }),
  },
]

const kconfigFile = /(?:^|\/)(?:Kconfig[\w.-]*|\.config|[\w-]+defconfig|[\w.-]+\.config)$/
const hint =
  /warning|error|\*\*\*|undefined|multiple definition|note:|not found|No such file|Permission denied|\bld: |\bas: |dependencies|sh: |Kconfig[\w.-]*:\d+: /i

/** Reads one line; undefined when it is no message of a tool. */
export function parseDiagnosticLine(line: string): RawDiagnostic | undefined {
  if (line.length > 4000 || !hint.test(line)) return undefined
  for (const { expression, read } of patterns) {
    const groups = expression.exec(line)?.groups
    if (groups !== undefined) return read(groups, line)
  }
  return undefined
}
