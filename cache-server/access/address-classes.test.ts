import fc from 'fast-check'
import { isIP } from 'node:net'
import { expect, test } from 'vitest'
import { specialAddressesOf, wrappedIPv4 } from '#cache-server/access/address-classes'

test('addresses outside the public internet are told, also wrapped ones', () => {
  const special = ['127.0.0.1', '10.1.2.3', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255']
  const wrapping = [
    '::1',
    '::',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:a00:1::',
  ]
  for (const address of [...special, ...wrapping]) expect(specialAddressesOf(address), address).not.toEqual([])
  for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1111', '::ffff:8.8.8.8']) {
    expect(specialAddressesOf(address), address).toEqual([])
  }
})

test('every IPv4 address is found inside every form that wraps it', () => {
  const byte = fc.nat(255)
  fc.assert(
    fc.property(byte, byte, byte, byte, (a, b, c, d) => {
      const plain = `${a}.${b}.${c}.${d}`
      const hex = [a, b, c, d]
        .map((one) => one.toString(16).padStart(2, '0'))
        .join('')
        .replace(/^(.{4})/, '$1:')
      const forms = [`::ffff:${plain}`, `::${plain}`, `64:ff9b::${plain}`, `64:ff9b::${hex}`, `2002:${hex}::`]
      return forms.every((form) => isIP(form) === 6 && wrappedIPv4(form) === plain)
    }),
  )
})
