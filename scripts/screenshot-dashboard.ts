import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { silentReporter } from '#log/reporter'
import { writeSite } from '#report/site/write-site'
import { go, startBrowser } from '../test/site/browser.ts'
import { makeSampleRepository, writeKnownIssues } from '../test/site/sample-repository.ts'
import { serveSite } from '../test/site/serve.ts'
import { buildDashboard } from './build/dashboard.ts'

/**
 * Takes pictures of the dashboard over a really pushed sample repository:
 * `node scripts/screenshot-dashboard.ts [folder]` takes one of each page, wide, narrow and dark;
 * without a folder it makes the picture of docs/dashboard.md.
 */
const root = join(import.meta.dirname, '..')
const folder = process.argv[2] === undefined ? undefined : resolve(process.argv[2])
const places: Readonly<Record<string, string>> = {
  projects: '#/',
  builds: '#/p/linux-next',
  build: '',
  compare: '#/p/linux-next/compare',
  test: '#/p/linux-next/test?suite=kselftest-timers&test=posix_timers',
  regressions: '#/p/linux-next/regressions',
  flaky: '#/p/linux-next/flaky',
  metrics: '#/p/linux-next/metrics',
  tests: '#/p/linux-next/tests',
  search: '#/p/linux-next/tests?q=long',
  'known-issues': '#/p/linux-next/known-issues',
}
const looks = {
  desktop: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
} as const

const work = await mkdtemp(join(tmpdir(), 'lkft-dashboard-'))
const browser = await startBrowser()
try {
  await buildDashboard(root)
  const repository = await makeSampleRepository(work, new Date(), folder !== undefined)
  const knownIssues = await writeKnownIssues(join(work, 'known-issues.yaml'))
  const context = { reporter: silentReporter, signal: new AbortController().signal }
  await writeSite({ repository, branch: 'results', outputDir: join(work, 'site'), knownIssues }, context)
  await using host = await serveSite(join(work, 'site'), { ranges: true })
  for (const [look, options] of Object.entries(looks)) {
    if (folder === undefined && look !== 'desktop') continue
    const viewport = folder === undefined ? { width: 1180, height: 560 } : options.viewport
    const tab = await (await browser.newContext({ ...options, viewport })).newPage()
    await go(tab, host.address, '#/p/linux-next')
    const newest = (await tab.locator('main .row-link').first().getAttribute('href')) ?? ''
    for (const [name, place] of Object.entries(places)) {
      if (folder === undefined && name !== 'regressions') continue
      await go(tab, host.address, place === '' ? newest : place)
      const picture =
        folder === undefined ? join(root, 'docs/images/dashboard.png') : join(folder, `${look}-${name}.png`)
      await mkdir(join(picture, '..'), { recursive: true })
      await tab.screenshot({ path: picture, fullPage: folder !== undefined })
      console.log(`wrote ${picture}`)
    }
  }
} finally {
  await browser.close()
  await rm(work, { recursive: true })
}
