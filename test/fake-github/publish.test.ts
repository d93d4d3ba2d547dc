import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CheckAnnotation, listAnnotations, putCheckRun } from '#github/check-run'
import { connect } from '#github/octokit'
import { putIssues } from '#github/regression-issues'
import { type Reporter, silentReporter } from '#log/reporter'
import { reportOf } from '#report/sample-report'
import type { Report } from '#schema/documents'
import { type FakeGithub, startFakeGithub } from './start.ts'

interface Node {
  readonly type: string
  readonly value?: string
  readonly children?: readonly Node[]
}

function* walk(node: Node): Generator<Node, void, void> {
  yield node
  for (const child of node.children ?? []) yield* walk(child)
}

// The first call of each kind compiles its part of GitHub's description.
vi.setConfig({ testTimeout: 60_000 })

let github: FakeGithub
beforeEach(async () => {
  github = await startFakeGithub()
  const permissions = { checks: 'write', issues: 'write' } as const
  github.state.tokens.set('bot', { login: 'github-actions[bot]', isInstallation: true, permissions })
})
afterEach(async () => {
  const faults = [...github.faults]
  await github[Symbol.asyncDispose]()
  if (faults.length > 0) throw new Error(`the fake answered what GitHub would not: ${faults.join('; ')}`)
})

const client = (reporter: Reporter = silentReporter, paced = false): ReturnType<typeof connect> =>
  connect('bot', github.url, reporter, paced)

describe('a check run', () => {
  const request = {
    repository: 'octo/linux',
    headSha: 'a'.repeat(40),
    name: 'kernel tests',
    conclusion: 'failure',
    title: '1 regression',
    markdown: '## 1 regression',
    detailsUrl: 'https://github.localhost/run',
    whereAll: 'report.html',
  } as const
  const remarks = (count: number): CheckAnnotation[] =>
    Array.from({ length: count }, (_, index) => ({
      path: `lib/file-${index}.c`,
      start_line: index + 1,
      end_line: index + 1,
      annotation_level: 'warning',
      message: 'unused',
    }))

  test.each([
    [0, 1],
    [50, 1],
    [51, 2],
    [120, 3],
  ])('%i annotations take %i requests, all arrive, and only the last concludes', async (count, requests) => {
    const url = await putCheckRun(client(), { ...request, annotations: remarks(count) })
    expect(url).toContain('/runs/1')
    expect(github.state.calls).toHaveLength(requests)
    expect(github.state.checks).toMatchObject([{ conclusion: 'failure', headSha: request.headSha }])
    expect(github.state.checks[0]?.annotations).toMatchObject(remarks(count))
  })

  test('a 502 and a rate limit are waited out and told', async () => {
    const told: string[] = []
    github.state.troubles.push(
      { status: 502 },
      { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1', 'retry-after': '1' } },
    )
    const reporter = { ...silentReporter, warn: (text: string) => void told.push(text) }
    await putCheckRun(client(reporter, true), { ...request, annotations: [] })
    expect(github.state.checks).toHaveLength(1)
    expect(github.state.calls).toHaveLength(3)
    expect(told.join('\n')).toContain('rate limit: POST')
  })

  test('a report gives remarks where a file and a line are known, as plain text', () => {
    const report = reportOf('s', '../etc/passwd', 'm', 'e')
    const [first] = report.diagnostics
    if (first === undefined) throw new Error('no diagnostic')
    const message = '::error::x\u001b[31m\u202e'
    const diagnostics: Report['diagnostics'] = [
      first,
      { ...first, file: 'lib/list.c', line: 7, message },
      { ...first, file: 'lib/list.c', line: null },
      { ...first, file: '/usr/include/x.h', line: 1 },
      { ...first, class: 'fixed', file: 'lib/old.c' },
    ]
    const found = listAnnotations({ ...report, diagnostics })
    expect(found).toMatchObject([{ path: 'lib/list.c', start_line: 7, annotation_level: 'warning' }])
    expect(found[0]?.message).not.toMatch(/[\u001b\u202e]/)
  })
})

describe('an issue for each regression', () => {
  const link = 'https://github.localhost/octo/linux/actions/runs/1'
  const put = (report: Report) => putIssues(client(), report, { repository: 'octo/linux', key: 'lkft', link })
  const broken = reportOf('kunit', 'list', 'EXPECTATION FAILED', 'qemu-x86_64')
  const quiet = { ...broken, changes: [], crash_changes: [], build_changes: [], missing: [] }
  const ran = [
    { name: 'qemu-x86_64', verdict: 'pass' as const, warnings: 0, errors: 0, duration_seconds: 1, cause: null },
  ]

  test('is opened once and closed when what it names works again', async () => {
    expect((await put(broken)).opened).toHaveLength(3)
    expect(github.state.issues.map(({ title }) => title)).toEqual([
      'Build regression: qemu-x86_64',
      'oops: EXPECTATION FAILED',
      'Test regression: kunit/list',
    ])
    expect(await put(broken)).toEqual({ opened: [], closed: [] })
    const still = broken.changes.map((change) => ({ ...change, class: 'still-failing' as const }))
    const mended = await put({ ...quiet, builds: ran, changes: still })
    expect(mended.closed).toHaveLength(2)
    expect((await put({ ...quiet, builds: ran })).closed).toHaveLength(1)
    expect(github.state.issues.map(({ state }) => state)).toEqual(['closed', 'closed', 'closed'])
    expect(github.state.comments.map(({ body }) => body)).toContain(`Works again in ${link}`)
  })

  test('stays open while its environment did not run, crashed, or anything is missing', async () => {
    await put(broken)
    const crashed = broken.environments.map((one) => ({ ...one, verdict: 'crash' as const }))
    for (const report of [
      { ...quiet, builds: [], environments: [] },
      { ...quiet, builds: [], environments: crashed },
      { ...quiet, builds: ran, missing: ['arm64'] },
    ]) {
      expect(await put(report)).toEqual({ opened: [], closed: [] })
    }
  })

  test('of somebody else with the same label is left alone, a changed marker too', async () => {
    const body = '<!-- lkft regression lkft 0123456789abcdef bm9uZQ -->'
    const issue = { login: 'x', title: 'x', labels: ['lkft-regression'], state: 'open' as const }
    github.state.issues.push({ ...issue, number: 1, body: 'mine' }, { ...issue, number: 2, body })
    expect(await put({ ...quiet, builds: ran })).toEqual({ opened: [], closed: [] })
  })

  test('shows text of results as text', async () => {
    const text = '@torvalds <script>alert(1)</script> `x` ![x](http://e)\n```\nout'
    await put(reportOf(text, text, text, text))
    for (const { body, title } of github.state.issues) {
      const tree = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
      const nodes = [...walk(tree)]
      expect(nodes.filter(({ type }) => type === 'image' || type === 'html')).toHaveLength(1)
      expect(nodes.filter(({ type, value }) => type === 'text' && /@|alert/.test(value ?? ''))).toEqual([])
      expect(title).not.toContain('\n')
    }
  })

  test('more than twenty at once open twenty', async () => {
    const [change] = broken.changes
    if (change === undefined) throw new Error('no change')
    const changes = Array.from({ length: 30 }, (_, index) => ({ ...change, test: `list_${index}` }))
    expect((await put({ ...quiet, changes })).opened).toHaveLength(20)
  })
})
