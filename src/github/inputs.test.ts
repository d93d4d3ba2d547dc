import { afterEach, describe, expect, test, vi } from 'vitest'
import { readInputs } from '#github/inputs'

afterEach(() => void vi.unstubAllEnvs())

function reader(inputs: Readonly<Record<string, string>>): ReturnType<typeof readInputs> {
  for (const [name, value] of Object.entries(inputs)) vi.stubEnv(`INPUT_${name.toUpperCase()}`, value)
  return readInputs()
}

describe('an input', () => {
  test('that is empty or blank counts as not given', () => {
    const inputs = reader({ a: '', b: ' \n' })
    expect([inputs.text('a'), inputs.text('b'), inputs.text('c')]).toEqual([undefined, undefined, undefined])
    expect(() => inputs.required('a')).toThrow('input a is required and was not given')
    expect(inputs.lines('b')).toEqual([])
  })

  test('of lines keeps spaces inside a line, of words splits at them', () => {
    const inputs = reader({ list: ' CONFIG_X=y \n\n# CONFIG_Y is not set\r\n', words: 'kernel, modules\n dtbs' })
    expect(inputs.lines('list')).toEqual(['CONFIG_X=y', '# CONFIG_Y is not set'])
    expect(inputs.words('words')).toEqual(['kernel', 'modules', 'dtbs'])
  })

  test('of pairs splits at the first equals sign', () => {
    expect(reader({ v: 'KCFLAGS=-Wa=b\nEMPTY=' }).pairs('v')).toEqual({ KCFLAGS: '-Wa=b', EMPTY: '' })
    expect(() => reader({ v: '=x' }).pairs('v')).toThrow('each line must be NAME=VALUE')
  })

  test('that is true or false is read as YAML 1.2 writes it, and nothing else', () => {
    expect(reader({ f: 'True' }).flag('f', false)).toBe(true)
    expect(reader({}).flag('g', true)).toBe(true)
    expect(() => reader({ f: 'yes' }).flag('f', false)).toThrow('input f is "yes"; it can be true or false')
  })

  test.each(['0', '-1', 'x', 'Infinity', 'NaN'])('that must be above 0 is not %s', (value) => {
    expect(() => reader({ n: value }).positive('n')).toThrow('it must be above 0')
  })

  test('with a misspelt choice names the nearest', () => {
    expect(() => reader({ c: 'kmv' }).choice('c', ['auto', 'kvm'], 'auto')).toThrow("unknown input c 'kmv'")
  })
})
