import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildDashboard } from '../../scripts/build/dashboard.ts'
import { recordEvidence } from '../support/evidence.ts'
import { runLkft } from '../support/run-lkft.ts'
import { startBrowser, watchedPage } from './browser.ts'
import { makeLargeRepository } from './large-repository.ts'
import { serveSite } from './serve.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-site-history-'))
  await buildDashboard(join(import.meta.dirname, '../..'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the history of a test over 200 builds of 170,000 results comes with less than 1 MB', async () => {
  const { suite, test: name, results } = await makeLargeRepository(join(folder, 'results'), new Date())
  expect(results).toBeGreaterThan(33_900_000)
  const site = join(folder, 'site')
  const made = await runLkft(['results', 'site', '--repository', join(folder, 'results'), '--output-dir', site])
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('200 builds') })

  await using host = await serveSite(site, { ranges: true })
  const browser = await startBrowser()
  try {
    const place = `${host.address}#/p/next/test?suite=${encodeURIComponent(suite)}&test=${encodeURIComponent(name)}`
    const figures: { bytes: number; milliseconds: number }[] = []
    for (let round = 0; round < 5; round++) {
      const before = host.sent.bytes
      const { page, watch } = await watchedPage(await browser.newContext(), host.address)
      await page.addInitScript({ content: whenDrawn })
      await page.goto(place)
      await page.waitForSelector('table.grid tbody tr:nth-child(24)')
      expect(await page.locator('table.grid tbody tr').first().locator('td').count()).toBe(200)
      expect(watch).toEqual({ faults: [], external: [] })
      figures.push({ bytes: host.sent.bytes - before, milliseconds: Number(await page.evaluate('window.drawn')) })
      await page.close()
    }
    const bytes = Math.max(...figures.map((figure) => figure.bytes))
    expect(bytes).toBeLessThan(1_000_000)
    const times = figures.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b)
    const figure = `${Math.round(times[2] ?? 0)} ms (median of 5, ${Math.round(times[0] ?? 0)} to ${Math.round(times[4] ?? 0)}) from a cold start to the drawn grid, ${Math.round(bytes / 1000)} kB transferred, scripts included, uncompressed; ${results} results`
    console.log(figure)
    await recordEvidence({
      claim: 'dashboard-history',
      command: 'npx vitest run --project integration test/site/history.test.ts',
      kernel: 'none',
      figure,
    })

    const { page } = await watchedPage(await browser.newContext(), host.address)
    await page.goto(`${host.address}#/p/next/build/b199`)
    await page.waitForSelector('text=Suites and environments')
    const { size } = await stat(join(site, 'data/site.json'))
    expect(size).toBeLessThan(10_000)
  } finally {
    await browser.close()
  }
})

/** Notes when the last row of the grid came in, by the page's own clock. */
const whenDrawn = `new MutationObserver((_, observer) => {
  if (document.querySelector('table.grid tbody tr:nth-child(24)') === null) return
  requestAnimationFrame(() => { window.drawn = performance.now() })
  observer.disconnect()
}).observe(document, { childList: true, subtree: true })`
