import { describe, expect, it } from 'vitest'
import { nearestNames, unknownName } from '#errors/nearest-names'

describe('nearest names', () => {
  const devices = ['qemu-arm64', 'qemu-riscv64', 'qemu-x86_64', 'ssh-device']

  it('puts the likeliest first', () => {
    expect(nearestNames('qemu-x86-64', devices)[0]).toBe('qemu-x86_64')
    expect(nearestNames('riscv64', devices)[0]).toBe('qemu-riscv64')
  })

  it('says what is known when nothing is near', () => {
    const error = unknownName('device', 'zzz', devices)
    expect(error.message).toBe("unknown device 'zzz'")
    expect(error.hint).toBe('Known: qemu-arm64, qemu-riscv64, qemu-x86_64, ssh-device')
  })
})
