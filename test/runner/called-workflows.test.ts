import { describe, expect, test, vi } from 'vitest'
import { jobOf, runFiles } from './run-files.ts'

vi.setConfig({ testTimeout: 60_000 })

describe('called workflows', () => {
  const called = `
on:
  workflow_call:
    inputs: { who: { type: string, required: true }, n: { type: number, default: 2 } }
    secrets: { token: { required: true } }
    outputs: { greeting: { value: "\${{ jobs.hello.outputs.text }}" } }
jobs:
  hello:
    runs-on: x
    permissions: { contents: read }
    outputs: { text: "\${{ steps.s.outputs.text }}" }
    steps:
      - id: s
        env: { T: "\${{ secrets.token }}", OUTER: "\${{ env.OUTER }}" }
        run: echo "text=hello \${{ inputs.who }} \${{ inputs.n }} $OUTER/\${{ github.job }} $(printf %s "$T" | wc -c)" >> "$GITHUB_OUTPUT"
`
  const caller = (call: string): string => `
on: push
env: { OUTER: seen }
permissions: { contents: read }
jobs:
  call:
    ${call.trim().replaceAll('\n', '\n    ')}
  after:
    needs: call
    runs-on: x
    steps: [{ run: "echo '\${{ needs.call.outputs.greeting }}'" }]
`
  const run = (call: string, other = called) =>
    runFiles({
      host: { secrets: { token: '12345' } },
      files: { '.github/workflows/test.yml': caller(call), '.github/workflows/called.yml': other },
    })

  test('get inputs and secrets, not env, and give outputs', async () => {
    const result = await run(`uses: ./.github/workflows/called.yml\nwith: { who: kernel }\nsecrets: inherit`)
    expect(jobOf(result, 'call / hello').result).toBe('success')
    expect(jobOf(result, 'after').log.at(-1)).toBe('hello kernel 2 /hello 5')
  })

  test('are refused for a missing input, an unknown one, and more permissions than the caller has', async () => {
    const why = async (call: string, other?: string): Promise<string | undefined> =>
      jobOf(await run(call, other), 'call').annotations[0]?.message
    expect(await why('uses: ./.github/workflows/called.yml\nsecrets: inherit')).toContain('Input who is required')
    expect(await why('uses: ./.github/workflows/called.yml\nwith: { who: a, x: b }\nsecrets: inherit')).toContain(
      'x is not defined',
    )
    expect(await why('uses: ./.github/workflows/called.yml\nwith: { who: a }')).toContain('Secret token is required')
    const wide = called.replace('contents: read', 'contents: write')
    expect(await why('uses: ./.github/workflows/called.yml\nwith: { who: a }\nsecrets: inherit', wide)).toContain(
      'contents: write',
    )
  })

  test('are called per cell of a matrix, and nested', async () => {
    const middle = `
on: { workflow_call: { inputs: { n: { type: number } } } }
jobs:
  inner:
    strategy: { matrix: { m: [1, 2] } }
    uses: ./.github/workflows/leaf.yml
    with: { text: "\${{ inputs.n }}.\${{ matrix.m }}" }
`
    const leaf = `
on: { workflow_call: { inputs: { text: { type: string } } } }
jobs: { say: { runs-on: x, steps: [{ run: "echo \${{ inputs.text }}" }] } }
`
    const result = await runFiles({
      files: {
        '.github/workflows/test.yml': `
on: push
jobs:
  outer:
    strategy: { matrix: { n: [1, 2] } }
    uses: ./.github/workflows/middle.yml
    with: { n: "\${{ matrix.n }}" }
`,
        '.github/workflows/middle.yml': middle,
        '.github/workflows/leaf.yml': leaf,
      },
    })
    expect(result.jobs.map(({ name }) => name).sort()).toEqual([
      'outer (1) / inner (1) / say',
      'outer (1) / inner (2) / say',
      'outer (2) / inner (1) / say',
      'outer (2) / inner (2) / say',
    ])
  })
})
