import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runForOutput } from '#process/run-command'
import { buildDashboard } from '../../scripts/build/dashboard.ts'
import { runLkft } from '../support/run-lkft.ts'
import { go, layoutShift, rows, settle, startBrowser, visitPage, watchedPage, withoutName } from './browser.ts'
import { builds, hostile, makeSampleRepository, writeKnownIssues } from './sample-repository.ts'
import { serveSite, type StaticHost } from './serve.ts'

const root = join(import.meta.dirname, '../..')
let folder = ''
let site = ''
let browser: Browser
let host: StaticHost
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lkft-site-test-'))
  site = join(folder, 'site')
  await buildDashboard(root)
  const repository = await makeSampleRepository(folder, new Date())
  const issues = await writeKnownIssues(join(folder, 'known-issues.yaml'))
  const words = ['results', 'site', '--repository', repository, '--known-issues', issues, '--output-dir', site]
  const { code, stdout, stderr } = await runLkft(words)
  if (code !== 0) throw new Error(`lkft results site ended with ${code}: ${stderr}`)
  if (!stdout.includes('2 projects and 15 builds')) throw new Error(stdout)
  host = await serveSite(site, { ranges: true })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await host?.[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const visit = (
  place: string,
  look: (page: Page) => Promise<void>,
  options?: Parameters<Browser['newContext']>[0],
): Promise<void> => visitPage(browser, host, place, look, options)

test('the scripts are at most 150 kB in all, and the page has none of its own', async () => {
  const names = await readdir(site, { recursive: true })
  const sizes = await Promise.all(
    names.filter((name) => name.endsWith('.js')).map(async (name) => (await stat(join(site, name))).size),
  )
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(150_000)
  const html = await readFile(join(site, 'index.html'), 'utf8')
  expect(html).toContain("default-src 'self'")
  expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|https?:\/\//)
})

describe('pages', () => {
  test('projects and branches with their newest build and open regressions', async () => {
    await visit('', async (page) => {
      const found = await rows(page, 'Projects and branches')
      expect(found).toHaveLength(3)
      expect(found[0]).toMatch(/linux-next\s+master\s+6\.13\.0-rc1-next-11[^]*4 oldest/)
      expect(found.join('\n')).toContain(hostile.branch)
    })
  })

  test('builds with totals, newest first, of one branch or all', async () => {
    await visit('#/p/linux-next', async (page) => {
      const found = await rows(page, 'Builds of linux-next')
      expect(found).toHaveLength(builds)
      expect(found[0]).toContain(`next-${builds - 1}`)
    })
    await visit('#/p/stable-6.12', async (page) => {
      await page.locator('select').selectOption({ label: hostile.branch })
      await page.waitForSelector('main tbody:not(:has(tr:nth-child(2)))')
      expect(await rows(page, 'Builds of stable-6.12')).toHaveLength(1)
    })
  })

  test('one build: crashes with traces, failures, suites and environments with failures first', async () => {
    await visit('#/p/linux-next', async (page) => {
      await page.locator('main .row-link').first().click()
      await page.waitForSelector('text=Suites and environments')
      expect(await page.locator('.card').innerText()).toMatch(/oops[^]*ext4_fill_super\+0x3a4\/0x1c80\nget_tree_bdev/)
      const failed = await rows(page, 'Failed tests')
      expect(failed).toHaveLength(6)
      expect(failed.join('\n')).toContain('kunit/list.list_test_list_add')
      const matrix = await rows(page, 'Suites and environments')
      expect(matrix[0]).toMatch(/^kunit\t2 \/ 54/)
      expect(matrix.at(-1)).toMatch(/^ltp-mm\t0 \/ 65/)
    })
  })

  test('any two builds compared with the classes of lkft compare', async () => {
    await visit('#/p/linux-next/compare', async (page) => {
      expect(await rows(page, 'Class regression')).toHaveLength(4)
      expect((await rows(page, 'Class known-issue'))[0]).toContain('fanotify13 needs overlayfs')
      await page.getByLabel('Baseline build').selectOption({ index: builds - 1 })
      await page.waitForSelector('text=oom03')
      expect((await rows(page, 'Class fix')).join('\n')).toContain('oom03')
    })
  })

  test('the history of a test as a grid with its numbers', async () => {
    await visit('#/p/linux-next/test?suite=ltp-syscalls&test=openat203', async (page) => {
      expect(await page.locator('table.grid tbody tr').nth(1).innerText()).toMatch(/^qemu-arm64\tF\tF\tF\tF\tP/)
      const [, arm] = await rows(page, 'Numbers by environment')
      expect(arm).toMatch(/fail\s+4 of 12[^]*next-8 last good[^]*next-7/)
    })
  })

  test('open regressions against the clock, flakiest tests, known issues, suites', async () => {
    await visit('#/p/linux-next/regressions', async (page) => {
      const found = await rows(page, 'Open regressions')
      expect(found).toHaveLength(4)
      expect(found[0]).toMatch(/openat203[^]*30 h over[^]*next-8/)
      expect(found[1]).toMatch(/oops[^]*h left/)
    })
    await visit('#/p/linux-next/flaky', async (page) => {
      expect((await rows(page, 'Flakiest tests')).join('\n')).toMatch(/posix_timers\trpi4-clang\t\d+\t\d of 12/)
    })
    await visit('#/p/linux-next/known-issues', async (page) => {
      expect((await rows(page, 'Known issues'))[1]).toMatch(/<i>expired<\/i>[^]*expired/)
      expect(await page.locator('a[href^="javascript"]').count()).toBe(0)
    })
    await visit('#/p/linux-next/metrics', async (page) => {
      expect(await page.locator('figure.metric').allInnerTexts()).toHaveLength(4)
      expect(await page.locator('figure.metric').first().innerText()).toMatch(/run\/boot_seconds[^]*2\.\d+ s/)
      expect(await page.locator('.dot.out').count()).toBeGreaterThan(0)
    })
    await visit('#/p/linux-next/tests', async (page) => expect(await rows(page, 'Suites')).toHaveLength(5))
  })

  test('search finds tests and builds by parts of their names', async () => {
    await visit('#/p/linux-next', async (page) => {
      await page.keyboard.press('/')
      await page.keyboard.type('oom 03')
      await page.keyboard.press('Enter')
      await page.waitForSelector('text=ltp-mm/oom03')
      await page.getByRole('searchbox').fill('next-3')
      await page.keyboard.press('Enter')
      await page.waitForSelector('table:has(caption:text-is("Builds found"))')
      expect(await rows(page, 'Builds found')).toHaveLength(1)
    })
  })
})

describe('anyone can use it', () => {
  test('keys move, open, go places, show help and change the theme', async () => {
    await visit('', async (page) => {
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.waitForSelector('h1:has-text("linux-next")')
      await page.waitForSelector('h1:focus')
      await page.keyboard.press('?')
      expect(await page.locator('dialog').innerText()).toContain('older and newer build')
      await page.keyboard.press('Escape')
      await page.waitForSelector('dialog', { state: 'detached' })
      await page.keyboard.press('g')
      await page.keyboard.press('r')
      await page.waitForSelector('h1:has-text("Open regressions")')
      await page.keyboard.press('d')
      expect(await page.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    })
    await visit('#/p/linux-next/test?suite=ltp-syscalls&test=openat203', async (page) => {
      await page.locator('table.grid td.g').first().focus()
      for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
      await page.waitForSelector('h1:has-text("6.13.0-rc1-next-10")')
      await page.keyboard.press('[')
      await page.waitForSelector('h1:has-text("6.13.0-rc1-next-9")')
    })
  })

  test('it is as dark as the system, fits a phone, and does not jump', async () => {
    const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } as const
    for (const place of ['', '#/p/linux-next', '#/p/linux-next/compare', '#/p/linux-next/regressions']) {
      await visit(
        place,
        async (page) => {
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
          expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(20, 23, 26)')
          const shift = await page.evaluate(layoutShift)
          expect(shift).toBeLessThan(0.05)
        },
        phone,
      )
    }
  })

  test('everything that can be pressed has a name', async () => {
    for (const place of ['', '#/p/linux-next', '#/p/linux-next/compare']) {
      await visit(place, async (page) => {
        const nameless = await page.evaluate(withoutName)
        expect(nameless).toEqual([])
      })
    }
  })
})

describe('what comes from outside is only text', () => {
  test('hostile names neither run nor mislead', async () => {
    const address = `#/p/linux-next/test?suite=${encodeURIComponent(hostile.suite)}&test=${encodeURIComponent(hostile.test)}`
    await visit(address, async (page) => {
      expect(await page.locator('h1').innerText()).toContain('<script>document.title="owned"</script>')
      expect(await page.locator('h1').innerText()).toContain('\\u{202e}drow\\u{7}')
      expect(await page.locator('main script, main img').count()).toBe(0)
      expect(await page.locator('table.grid tbody tr').count()).toBe(4)
    })
    await visit(`#/p/linux-next/test?suite=kunit&test=${hostile.long}`, async (page) => {
      expect((await page.locator('h1').innerText()).length).toBeLessThan(300)
    })
  })
})

describe('when something is missing', () => {
  test('an address of nothing says so and leads back', async () => {
    const says = (why: string) => async (page: Page) => expect(await page.locator('main').innerText()).toContain(why)
    await visit('#/p/linux-next/build/none', says('There is no build none here'))
    await visit('#/nowhere', says('There is no such page'))
    await visit('#/p/linux-next/test?suite=x&test=y', says('No build of these ran this test'))
  })

  test('a host without range requests serves whole files, with a notice', async () => {
    await using plain = await serveSite(site, { ranges: false })
    const { page, watch } = await watchedPage(await browser.newContext(), plain.address)
    await go(page, plain.address, '#/p/linux-next/test?suite=ltp-syscalls&test=openat203')
    expect(await page.locator('#notices').innerText()).toContain('does not answer range requests')
    expect(await page.locator('table.grid tbody tr').count()).toBe(4)
    await page.goto(`${plain.address}#/p/linux-next/compare`)
    await page.waitForSelector('h1:has-text("Compare builds")')
    await settle(page)
    expect(await rows(page, 'Class regression')).toHaveLength(4)
    expect(watch).toEqual({ faults: [], external: [] })
  })

  test('a repository without results makes an empty dashboard', async () => {
    const [empty, output] = [join(folder, 'empty.git'), join(folder, 'nothing')]
    expect((await runLkft(['results', 'site', '--repository', empty, '-o', output])).code).toBe(3)
    await runForOutput({ argv: ['git', 'init', '--quiet', '--bare', empty] })
    const made = await runLkft(['results', 'site', '--repository', empty, '-o', output])
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining("no branch 'results' yet") })
    await using bare = await serveSite(output, { ranges: true })
    await visitPage(browser, bare, '', async (page) => {
      expect(await page.locator('main').innerText()).toContain('No results yet')
    })
  })
})
