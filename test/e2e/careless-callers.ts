/** Workflows of a tree that pass on whatever the event says, as careless callers do. */
export function carelessCallers(sha: string): Record<string, string> {
  const at = (name: string): string => `lkft/lkft/.github/workflows/${name}@${sha}`
  const permissions = 'permissions: { contents: write, actions: read, pull-requests: write }'
  return {
    '.github/workflows/pull.yml': `name: pull
on: pull_request
jobs:
  before:
    runs-on: x
    timeout-minutes: 5
    strategy: { matrix: { name: '\${{ fromJSON(github.event.artifacts) }}' } }
    steps: [{ uses: evil/upload@main, with: { name: '\${{ matrix.name }}' } }]
  lkft:
    needs: before
    uses: ${at('kernel-ci.yml')}
    ${permissions}
    with:
      title: \${{ github.event.pull_request.title }}
      scope: \${{ github.head_ref }}
      cache-dir: \${{ github.event.pull_request.body }}
      baseline: none
`,
    '.github/workflows/tag.yml': `name: tag
on: push
jobs:
  lkft:
    uses: ${at('kernel-ci.yml')}
    ${permissions}
    with: { plan: '\${{ github.ref_name }}', title: '\${{ github.event.head_commit.message }}' }
`,
    '.github/workflows/dispatch.yml': `name: dispatch
on: { workflow_dispatch: { inputs: { good: {}, test: {}, config: {} } } }
jobs:
  lkft:
    uses: ${at('bisect.yml')}
    permissions: { contents: read }
    with: { good: '\${{ inputs.good }}', test: '\${{ inputs.test }}', kconfig-add: '\${{ inputs.config }}' }
`,
    '.github/workflows/fork.yml': `name: fork
on: { workflow_run: { workflows: [pull] } }
jobs:
  lkft:
    uses: ${at('report-fork.yml')}
    permissions: { contents: read, actions: read, pull-requests: write }
    with: { scope: '\${{ github.event.workflow_run.head_branch }}' }
`,
    '.github/workflows/watch.yml': `name: watch
on: schedule
jobs:
  lkft:
    uses: ${at('watch.yml')}
    ${permissions}
`,
  }
}
