import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { checkWorkflow } from './check-workflow.ts'

vi.setConfig({ testTimeout: 60_000 })

const path = '.github/workflows/a.yml'

/** Runs the command on one workflow file. */
async function runCommandOn(
  content: string,
  ...words: readonly string[]
): Promise<{ code: number; out: string; said: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lkft-command-'))
  try {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
    const main = resolve(import.meta.dirname, 'main.ts')
    const child = spawn(process.execPath, [main, path, '--directory', folder, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const [out, said, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    return { code: code as number, out, said }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const dispatch = `
on: { workflow_dispatch: { inputs: { code: { required: true } } } }
jobs: { a: { runs-on: ubuntu-24.04, steps: [{ run: "exit \${{ inputs.code }}" }] } }
`

test('the command runs a folder that is no repository and ends with what the workflow says', async () => {
  const passed = await runCommandOn(dispatch, '--event', 'workflow_dispatch', '--input', 'code=0', '--json')
  expect([passed.code, JSON.parse(passed.out).conclusion]).toEqual([0, 'success'])
  const failed = await runCommandOn(dispatch, '--event', 'workflow_dispatch', '--input', 'code=9')
  expect([failed.code, failed.out]).toEqual([1, expect.stringMatching(/^failure +a /)])
  const other = await runCommandOn(dispatch, '--event', 'push')
  expect([other.code, other.said]).toEqual([
    0,
    expect.stringContaining('not started, the workflow is not started by push'),
  ])
})

test('a file that GitHub would not start ends with 2 and its line', async () => {
  const wrong = await runCommandOn('on: push\njobs:\n  a:\n    runs-on: x\n    stepz: []\n')
  expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining(`${path}:5: Unexpected value 'stepz'`)])
})

test("GitHub's parser finds unknown contexts and functions", async () => {
  const problems = await checkWorkflow(
    path,
    'on: push\njobs: { a: { runs-on: x, steps: [{ run: "${{ nope.x }} ${{ nope() }}" }] } }',
  )
  expect(problems.length).toBeGreaterThan(0)
})
