import assert from 'node:assert/strict'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import type { StaticHost } from './serve.ts'

/** What a page did that it should not, and what it was seen to do. */
export interface Watch {
  /** Errors on the console, uncaught exceptions, violations of the policy. */
  readonly faults: string[]
  /** Requests to another host. */
  readonly external: string[]
}

/** Chromium from the machine, without its own traffic. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  })
}

/** A tab whose every fault and outward request is noted. */
export async function watchedPage(
  context: BrowserContext,
  address: string,
): Promise<{ readonly page: Page; readonly watch: Watch }> {
  const watch: Watch = { faults: [], external: [] }
  const page = await context.newPage()
  await page.addInitScript({
    content:
      "addEventListener('securitypolicyviolation', (e) => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))",
  })
  page.on('console', (message) => {
    if (message.type() === 'error') watch.faults.push(message.text())
  })
  page.on('pageerror', (error) => watch.faults.push(String(error)))
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL('/', address).href)) watch.external.push(request.url())
  })
  return { page, watch }
}

/** Waits until the page of the address is there. */
export async function settle(page: Page): Promise<void> {
  await page.waitForSelector('main:not([aria-busy]) h1')
}

/** Goes to a place of the dashboard and waits for it. */
export async function go(page: Page, address: string, place: string): Promise<void> {
  await page.goto(`${address}${place}`)
  await settle(page)
}

/** Looks at a page of the dashboard that is watched all the time and must do nothing it should not. */
export async function visitPage(
  browser: Browser,
  host: StaticHost,
  place: string,
  look: (page: Page) => Promise<void>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<void> {
  const context = await browser.newContext(options)
  const { page, watch } = await watchedPage(context, host.address)
  await go(page, host.address, place)
  await look(page)
  assert.match(await page.title(), /Kernel results$/)
  assert.deepEqual({ ...watch, missing: host.sent.missing }, { faults: [], external: [], missing: [] })
  await context.close()
}

/** The texts of the rows of a table, by its caption. */
export function rows(page: Page, caption: string): Promise<string[]> {
  return page.locator(`table:has(caption:text-is("${caption}")) tbody tr`).allInnerTexts()
}

/** Script that says how far things have jumped since the page was opened. */
export const layoutShift = `new Promise((resolve) => {
  let sum = 0
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => resolve(sum), 100)
})`

/** Script that lists what can be pressed and has no name. */
export const withoutName = `[...document.querySelectorAll('a, button, select, input')]
  .filter((one) => !(one.textContent.trim() || one.getAttribute('aria-label') || one.closest('label')))
  .map((one) => one.outerHTML)`
