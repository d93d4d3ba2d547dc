import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { listActions } from '../build/bundle-actions.ts'
import { commitDistribution } from './distribution.ts'
import { Git } from './git.ts'
import { commitSources } from './sources.ts'
import { moveMajor, prepareTarget, publishVersion, type Target } from './release-repository.ts'
import { majorTag, readVersion } from './version.ts'

const usage = `node scripts/release/main.ts --version X.Y.Z --repository URL --distribution URL [--home URL] [--dry-run]
  --version       must be package.json's
  --repository    where the sources live; gets vX.Y.Z, HEAD with the bundles, and v<X>
  --distribution  where each action's own repository lives, with {name} for its name; gets the same tags
  --home          address of the sources for readers; https://github.com/lkft/lkft when absent
  --dry-run       pushes nothing

The bundles must have been built: npm run build. A version that is out already is never changed; running again after a
push that failed goes on where it stopped. v<X> moves last, when every repository has the version.`

async function release(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      version: { type: 'string' },
      repository: { type: 'string' },
      distribution: { type: 'string' },
      home: { type: 'string', default: 'https://github.com/lkft/lkft' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const { version: text, repository, distribution, home } = values
  if (values.help) return console.log(usage)
  if (text === undefined || repository === undefined || distribution?.includes('{name}') !== true)
    throw new Error(usage)
  const version = readVersion(text)
  if (version === undefined) throw new Error(`${text} is no version: X.Y.Z or X.Y.Z-prerelease`)
  const root = join(import.meta.dirname, '../..')
  const actions = await checkSources(root, text)
  await using git = await Git.open(root)
  const own: Target = {
    name: 'sources',
    remote: repository,
    isBranch: false,
    commit: () => commitSources(git, root, actions),
  }
  const targets = [
    ...actions.map((action): Target => {
      const one = { root, action, tag: `v${text}`, home }
      const remote = distribution.replaceAll('{name}', action)
      return { name: action, remote, isBranch: true, commit: (tip) => commitDistribution(git, one, tip) }
    }),
    own,
  ]
  const prepared = []
  for (const target of targets) prepared.push({ target, published: await prepareTarget(git, target, text, version) })
  for (const { target, published } of prepared) {
    const { sha, tag, wasThere, movesMajor } = published
    const major = movesMajor ? `, ${majorTag(version)} moves` : ''
    console.log(`${target.name}: ${tag} ${sha}${wasThere ? ' is there' : ''}${major}`)
  }
  if (values['dry-run']) return console.log('dry run: nothing was pushed')
  for (const { target, published } of prepared) await publishVersion(git, target, published)
  for (const { target, published } of prepared) await moveMajor(git, target, published, version)
}

/** Checks what is to be released; gives the names of the actions. */
async function checkSources(root: string, version: string): Promise<readonly string[]> {
  const described = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  if (described.version !== version) throw new Error(`package.json says ${described.version}, not ${version}`)
  const actions = await listActions(root)
  for (const action of actions) {
    await access(join(root, 'actions', action, 'dist/index.js')).catch(() => {
      throw new Error(`actions/${action}/dist is not built: npm run build`)
    })
  }
  return actions
}

try {
  await release(process.argv.slice(2))
} catch (error) {
  console.error(`release: ${(error as Error).message}`)
  process.exitCode = 1
}
