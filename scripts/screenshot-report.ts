import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

/**
 * Makes the README's picture from a real report page:
 * `node scripts/screenshot-report.ts [report.html] [picture.png]`, after a quickstart.
 */
const root = join(import.meta.dirname, '..')
const page = resolve(process.argv[2] ?? join(root, '.cache/quickstart/results/report/report.html'))
const picture = resolve(process.argv[3] ?? join(root, 'docs/images/report.png'))

await mkdir(dirname(picture), { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
})
try {
  const tab = await browser.newPage({ viewport: { width: 1080, height: 900 }, deviceScaleFactor: 1 })
  await tab.goto(pathToFileURL(page).href)
  await tab.screenshot({ path: picture })
  console.log(`wrote ${picture}`)
} finally {
  await browser.close()
}
