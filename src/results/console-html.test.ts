import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeConsoleHtml } from '#results/console-html'
import type { Run } from '#schema/documents'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'lkft-html-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const crash = { kind: 'panic', line: 3, title: 'Kernel <b>panic</b>', test: 'a"b' }

async function render(log: string): Promise<string> {
  await writeFile(join(folder, 'console.log'), log)
  const run = { environment: '<e>', verdict: 'crash', state: 'done', crashes: [crash] } as unknown as Run
  await writeConsoleHtml(join(folder, 'console.log'), join(folder, 'console.html'), run)
  return readFile(join(folder, 'console.html'), 'utf8')
}

it('has an anchor and a level for each line, marks the events and links them', async () => {
  const page = await render('one\r\n<4>[ 1.0] two\n<2>three\n')
  expect(page).toContain('<div id="L1"><a href="#L1">1</a>one</div>')
  expect(page).toContain('<div id="L2" class="p4"><a href="#L2">2</a>[ 1.0] two</div>')
  expect(page).toContain('<div id="L3" class="p2 crash">')
  expect(page).toContain('<li><a href="#L3">line 3</a> panic: Kernel &lt;b&gt;panic&lt;/b&gt; (in a&quot;b)</li>')
})

it('shows nothing of the console as markup, and nothing that a terminal would obey', async () => {
  const page = await render('<script>alert(1)</script>\u001b[31mred\u202e&amp;\n')
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;red&amp;amp;')
  expect(page).not.toMatch(/<script|\u001b|\u202e|\son\w+=|src=/)
})
