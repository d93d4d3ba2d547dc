import { describe, expect, it } from 'vitest'
import { exitCodeOfError, exitCodeOfSignal, exitCodeOfVerdict, worstExitCode } from '#errors/exit-code'
import { LkftError } from '#errors/lkft-error'

describe('exit codes', () => {
  it.each([
    ['pass', 0],
    ['fail', 1],
    ['crash', 1],
    ['hang', 1],
    ['error', 2],
    ['infra', 3],
  ] as const)('a run with verdict %s ends with %i', (verdict, code) => {
    expect(exitCodeOfVerdict(verdict)).toBe(code)
  })

  it("call a timeout the kernel's only once the kernel started", () => {
    expect(exitCodeOfVerdict('timeout', true)).toBe(1)
    expect(exitCodeOfVerdict('timeout', false)).toBe(3)
  })

  it('follow the shell for signals', () => {
    expect(exitCodeOfSignal('SIGINT')).toBe(130)
    expect(exitCodeOfSignal('SIGTERM')).toBe(143)
    expect(exitCodeOfVerdict('cancelled', true, 'SIGINT')).toBe(130)
  })

  it('rank a failing kernel over a failing lab over bad input, and an interruption over all', () => {
    expect(worstExitCode([0, 3, 1, 2])).toBe(1)
    expect(worstExitCode([0, 2, 3])).toBe(3)
    expect(worstExitCode([1, 130])).toBe(130)
    expect(worstExitCode([])).toBe(0)
  })

  it('blame a full disk on the infrastructure and an unknown fault on lkft itself, never on the kernel', () => {
    expect(exitCodeOfError(Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' }))).toBe(3)
    expect(exitCodeOfError(new TypeError('x is undefined'))).toBe(3)
    expect(exitCodeOfError(new LkftError('UNKNOWN_NAME', 'unknown device'))).toBe(2)
    expect(exitCodeOfError(new LkftError('BUILD_FAILED', 'broken'))).toBe(1)
  })
})
