import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '#build/explain-dropped'
import { evaluate, unmetTerms } from '#build/kconfig-expression'
import { parseKconfig } from '#build/kconfig-tree'

const tree = new Map([
  [
    '/src/Kconfig',
    `mainmenu "Linux"
source "arch/$(SRCARCH)/Kconfig"
menu "Drivers"
	depends on HAS_IOMEM
config UART
	tristate "UART" if EXPERT
	depends on TTY && (PCI || OF)
	select SERIAL_CORE
	help
	  A help text that says
	  config NOT_A_SYMBOL
	  depends on nothing.

config SERIAL_CORE
	tristate
endmenu
if NET
config INET
	bool "TCP/IP"
endif
choice
	prompt "Compression"
config KERNEL_GZIP
	bool "Gzip"
config KERNEL_XZ
	bool "XZ"
endchoice
`,
  ],
  [
    '/src/arch/x86/Kconfig',
    'config X86\n\tdef_bool y\nconfig KVM\n\ttristate "KVM" \\\n\t\tif EXPERT\n\tdepends on X86\n',
  ],
])
const symbols = parseKconfig(tree)

test.each<[string, string, Record<string, string>, string]>([
  ['NOPE', 'y', {}, 'this kernel has no such symbol'],
  ['NOT_A_SYMBOL', 'y', {}, 'this kernel has no such symbol'],
  ['UART', 'y', { HAS_IOMEM: 'y', TTY: 'y' }, 'unmet dependency: (PCI || OF)'],
  ['UART', 'y', { TTY: 'y', PCI: 'y' }, 'unmet dependency: HAS_IOMEM=n'],
  ['UART', 'y', { HAS_IOMEM: 'y', TTY: 'm', OF: 'y' }, 'its dependency is only m: TTY && (PCI || OF)'],
  ['UART', 'm', { HAS_IOMEM: 'y', TTY: 'y', OF: 'y' }, 'unmet dependency: MODULES=n'],
  ['INET', 'y', {}, 'unmet dependency: NET=n'],
  ['SERIAL_CORE', 'y', { HAS_IOMEM: 'y' }, 'it has no prompt: only other symbols set it'],
  ['SERIAL_CORE', 'n', { HAS_IOMEM: 'y', UART: 'y' }, 'selected by UART'],
  ['KERNEL_XZ', 'y', {}, 'another member of its choice is set'],
])('CONFIG_%s=%s under %j was dropped: %s', (name, value, config, reason) => {
  expect(explain(symbols, name, value, new Map(Object.entries(config)))).toBe(reason)
})

test('a file of another architecture’s name is found through $(SRCARCH), continuations are joined', () => {
  expect(symbols.get('KVM')?.definitions).toEqual([{ depends: ['X86'], prompt: true }])
})

test.each([
  ['A && !B', 'y'],
  ['!A', 'n'],
  ['A=y && NUM>=4', 'y'],
  ['NUM < 4 || M', 'm'],
  ['STR = "hello"', 'y'],
  ['STR != "hello"', 'n'],
  ['$(cc-option,-foo) && A', 'y'],
  ['(A && (B || M))', 'm'],
])('%s is %s', (expression, value) => {
  const config = new Map(Object.entries({ A: 'y', M: 'm', NUM: '12', STR: '"hello"' }))
  expect(evaluate(expression, config)).toBe(value)
})

test('a met expression has no unmet term and an unmet one has at least one', () => {
  const word = fc.constantFrom('A', 'B', 'M', '!A', '!B', '(A || B)', 'NUM=12', 'NUM<3')
  const config = new Map(Object.entries({ A: 'y', M: 'm', NUM: '12' }))
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), (words) => {
      const expression = words.join(' && ')
      expect(unmetTerms(expression, config).length === 0).toBe(evaluate(expression, config) !== 'n')
    }),
  )
})

test('no text makes the readers throw or hang', () => {
  fc.assert(
    fc.property(fc.string(), (any) => {
      parseKconfig(new Map([['/src/Kconfig', any]]))
      evaluate(any, new Map())
      unmetTerms(any, new Map())
    }),
  )
})
