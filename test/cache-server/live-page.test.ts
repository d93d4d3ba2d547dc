import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { startBrowser, watchedPage } from '../site/browser.ts'
import { startOrigin } from './origin.ts'
import { get, serve } from './serving.ts'

const length = 200_000
const body = randomBytes(length)

test('the live page shows a download in progress, its readers, and its end, in Chromium and without a fault', async () => {
  let finish = (): void => {}
  await using origin = await startOrigin((_, response) => {
    response.writeHead(200, { 'Content-Length': String(length) }).write(body.subarray(0, length / 4))
    finish = () => void response.end(body.subarray(length / 4))
  })
  await using serving = await serve()
  const url = origin.url('/rootfs.ext4.xz?token=<script>alert(1)</script>')
  const readers = [get(serving.fetchUrl(url)), get(serving.fetchUrl(url))]
  await using browser = await startBrowser()
  const { page, watch } = await watchedPage(await browser.newContext(), serving.server.url)
  await page.goto(serving.server.url)
  const line = page.locator('#downloads tbody tr')
  await line.getByText('48.8 KiB of 195.3 KiB').waitFor()
  expect(await line.locator('td.url').textContent()).toBe(new URL(url).href)
  expect(await line.locator('progress').evaluate((bar) => bar.getAttribute('value'))).toBe(String(length / 4))
  expect(await line.locator('td').last().textContent()).toBe('2')
  finish()
  for (const { body: got } of await Promise.all(readers)) expect(got.equals(body)).toBe(true)
  await page.locator('#downloads-empty').waitFor()
  await page.locator('#hosts tbody tr').getByText('127.0.0.1').waitFor()
  for (const path of ['/statistics/', '/resources/successes/', '/help/']) await page.goto(serving.server.url + path)
  expect(watch).toEqual({ faults: [], external: [] })
})
