import { describe, expect, it } from 'vitest'
import { printable } from '#log/printable'

describe('text from outside on a terminal', () => {
  it('loses escape sequences, control characters and direction overrides, and keeps tabs and letters', () => {
    expect(printable('\u001b[2J\u001b[31mred\u001b[0m\ttab\u0007 \u202eevil ünïcode')).toBe('red\ttab evil ünïcode')
  })
})
