import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { liveMembers } from '#process/kill-group'
import { runCommand, runForOutput } from '#process/run-command'

const sh = (script: string) => ({ argv: ['sh', '-c', script] as const })

describe('running a command', () => {
  it('gives exit code, output and lines', async () => {
    const lines: string[] = []
    const result = await runCommand(sh('echo one; printf two >&2; exit 3'), {
      onLine: (line, from) => lines.push(`${from} ${line}`),
    })
    expect(result).toMatchObject({ exitCode: 3, stdout: 'one\n', stderr: 'two', timedOut: false, cancelled: false })
    expect(lines.toSorted()).toEqual(['stderr two', 'stdout one'])
  })

  it('keeps tokens and Actions variables from the child', async () => {
    process.env['ACTIONS_RUNTIME_TOKEN'] = 'secret'
    process.env['INPUT_TOKEN'] = 'secret'
    process.env['GITHUB_TOKEN'] = 'secret'
    const { stdout } = await runCommand({ argv: ['env'], env: { KCFLAGS: '-g' } })
    expect(stdout).toContain('KCFLAGS=-g')
    expect(stdout).not.toContain('secret')
  })

  it('ends a whole process group at a timeout, children that ignore SIGTERM too', async () => {
    const script = `trap '' TERM; (trap '' TERM; sleep 60) & echo $$; wait`
    const result = await runCommand(sh(script), { timeoutMs: 200, graceMs: 100 })
    expect(result.timedOut).toBe(true)
    await sleep(100)
    expect(Number(result.stdout)).toBeGreaterThan(1)
    expect(await liveMembers(Number(result.stdout))).toEqual([])
  })

  it('ends the child when the work is cancelled', async () => {
    const controller = new AbortController()
    const running = runCommand(sh('sleep 60'), { signal: controller.signal })
    await sleep(50)
    controller.abort()
    expect((await running).cancelled).toBe(true)
  })

  it('names a program that is not installed', async () => {
    await expect(runCommand({ argv: ['lkft-no-such-program'] })).rejects.toMatchObject({ code: 'TOOL_MISSING' })
  })

  it('fails with the command and its last words where success is needed', async () => {
    await expect(runForOutput(sh('echo no such tree >&2; exit 2'))).rejects.toThrow(
      /sh -c .* exited with 2: no such tree/,
    )
  })

  it('keeps the newest output within its bound', async () => {
    const result = await runCommand(sh('i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done'), {
      keepBytes: 4096,
    })
    expect(result.stdout.length).toBeLessThan(80_000)
    expect(result.stdout).toContain('line 1999')
  })
})
