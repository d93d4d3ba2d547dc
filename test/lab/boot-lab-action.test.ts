import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readStage } from '#files/stage-directory'
import { buildActions } from '../actions/built-actions.ts'
import { type ActionRun, runAction } from '../actions/run-action.ts'
import { throwawayFolder } from '../actions/throwaway-folder.ts'
import { type FakeGithub, startFakeGithub } from '../fake-github/start.ts'
import { newState } from '../fake-github/state.ts'
import { labBuild } from './lab-kernel.ts'
import { setUpBoard, type VirtualBoard } from './virtual-board/virtual-board.ts'

const repository = 'octo/linux'
const runId = 77
const token = 'ghs_board'

let board: VirtualBoard
let build: string
/** Name of the board's file in the lab's folder of board files, which is the board's own folder here. */
let name: string
let github: FakeGithub

beforeAll(async () => {
  await buildActions()
  build = await labBuild()
  board = await setUpBoard()
  name = basename(await board.file(), '.yaml')
})
beforeEach(async () => {
  github = await startFakeGithub(newState(repository))
  github.state.tokens.set(token, {
    login: 'github-actions[bot]',
    isInstallation: true,
    permissions: { actions: 'read' },
  })
  return () => github[Symbol.asyncDispose]()
})
afterAll(async () => {
  await board[Symbol.asyncDispose]()
})

/** Runs the bundled boot-lab on the board's host. */
async function bootLab(
  inputs: Readonly<Record<string, string>>,
  event?: { readonly name: string; readonly headRepository: string },
): Promise<ActionRun> {
  const pull = {
    number: 7,
    head: { sha: 'e'.repeat(40), ref: 'topic', repo: { full_name: event?.headRepository } },
    base: { sha: 'b'.repeat(40), ref: 'main', repo: { full_name: repository } },
  }
  return runAction({
    action: 'boot-lab',
    inputs: { build, board: name, 'board-folder': board.folder, suites: 'boot', token, ...inputs },
    event: event === undefined ? { name: 'push', payload: {} } : { name: event.name, payload: { pull_request: pull } },
    environment: { GITHUB_API_URL: github.url, GITHUB_RUN_ID: String(runId) },
  })
}

/** Tells the fake GitHub of this run and who approved it. */
function review(state: 'approved' | 'rejected', environment = 'board-lab'): void {
  github.state.runs.push({
    id: runId,
    headSha: 'e'.repeat(40),
    event: 'pull_request',
    path: '.github/workflows/kernel.yml',
    headRepository: 'evil/linux',
    status: 'in_progress',
    artifacts: [],
    reviews: [{ environment, state }],
  })
}

const fork = { name: 'pull_request', headRepository: 'evil/linux' }

test('a push boots the kernel on a real U-Boot and gives the outputs of a virtual boot', async () => {
  const run = await bootLab({ suites: 'boot\nkunit', environment: 'lab-arm64' })
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run.exitCode).toBe(0)
  expect(run.outputs).toMatchObject({
    verdict: 'pass',
    'exit-code': '0',
    environment: 'lab-arm64',
    fail: '0',
    crashes: '0',
    accelerator: '',
    artifact: '',
    'kernel-release': expect.stringMatching(/^\d+\.\d+/) as string,
  })
  expect(Number(run.outputs['pass'])).toBeGreaterThan(5)
  expect(Number(run.outputs['duration-seconds'])).toBeGreaterThan(0)
  expect(run.summary).toContain('## Run `lab-arm64`: pass')
  const directory = run.outputs['directory'] ?? ''
  expect(await readFile(join(directory, 'console.log'), 'latin1')).toMatch(/U-Boot 20\d\d/)
  const record = await readStage('run', directory)
  expect(record).toMatchObject({ state: 'done', board: board.facts.name, emulator: null, kernel_started: true })
  expect(board.relay.history.at(-1)).toBe('off')
  // A push is trusted: nobody was asked.
  expect(github.state.calls).toEqual([])
})

test("a fork's pull request boots after somebody approved this very run", async () => {
  review('approved')
  const run = await bootLab({ 'approval-environment': 'board-lab' }, fork)
  expect(run.stdout + run.stderr).not.toContain('::error')
  expect(run).toMatchObject({ exitCode: 0, outputs: { verdict: 'pass' } })
  expect(github.state.calls).toEqual([`GET /repos/${repository}/actions/runs/${runId}/approvals`])
  expect(github.faults).toEqual([])
})

test('a kernel that panics on the board fails the step, and the outputs say how', async () => {
  const run = await bootLab({ 'boot-args': 'rdinit=/none init=/none' })
  expect(run).toMatchObject({ exitCode: 1, outputs: { verdict: 'crash', 'exit-code': '1' } })
  expect(run.stdout).toContain('::error')
  expect(run.stdout).toContain('Kernel panic')
  expect(Number(run.outputs['crashes'])).toBeGreaterThan(0)
})

test.each([
  ['nobody approved', () => {}, { 'approval-environment': 'board-lab' }, fork, 'could not be checked'],
  ['somebody rejected', () => review('rejected'), { 'approval-environment': 'board-lab' }, fork, 'nobody approved'],
  [
    'another environment was approved',
    () => review('approved', 'docs'),
    { 'approval-environment': 'board-lab' },
    fork,
    'nobody approved',
  ],
  ['no environment is named', () => review('approved'), {}, fork, 'needs an environment with required reviewers'],
  [
    'the token may not ask',
    () => github.state.tokens.set(token, { login: 'x', isInstallation: true, permissions: {} }),
    { 'approval-environment': 'board-lab' },
    fork,
    'could not be checked',
  ],
  [
    'pull_request_target',
    () => review('approved'),
    { 'approval-environment': 'board-lab' },
    { ...fork, name: 'pull_request_target' },
    'may never use a lab',
  ],
])('no power to a board when %s', async (_why, prepare, inputs, event, message) => {
  prepare()
  const before = board.relay.history.length
  const run = await bootLab(inputs, event)
  expect(run).toMatchObject({ exitCode: 2, outputs: { verdict: 'error' } })
  expect(run.stdout).toContain(message)
  expect(board.relay.history).toHaveLength(before)
})

test('an approved fork still cannot bring a board file of its own', async () => {
  review('approved')
  const folder = await throwawayFolder()
  const own = `${folder}/theirs.yaml`
  await writeFile(own, `version: 1\n`)
  const before = board.relay.history.length
  const run = await bootLab({ 'approval-environment': 'board-lab', board: own }, fork)
  expect(run).toMatchObject({ exitCode: 2, outputs: { verdict: 'error' } })
  expect(run.stdout).toContain("An untrusted run uses the lab's own files only")
  expect(board.relay.history).toHaveLength(before)
})
