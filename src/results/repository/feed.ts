import { readHistory, readIndex } from '#results/repository/store'
import { writeAtomic } from '#files/write-atomic'
import type { IndexedBuild, ProjectIndex } from '#results/repository/layout'
import { queryChanges } from '#results/repository/query-pack'
import { xmlText } from '#results/xml-text'

export interface FeedRequest {
  /** A pulled repository. */
  readonly directory: string
  readonly project: string
  readonly link: string
  readonly builds: number
  /** What is written. */
  readonly file: string
}

/**
 * Writes the feed of a project.
 *
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, NOT_WRITABLE
 */
export async function writeFeed({ directory, project, link, builds, file }: FeedRequest) {
  const index = await readIndex(directory, project)
  await writeAtomic(file, await renderFeed(directory, index, link, builds))
  return { file, builds: Math.min(builds, index.builds.length) }
}

/**
 * An RSS 2.0 feed of the newest builds of a project, the newest first: what passed and
 * failed, what fails that passed in the build before, crashes.
 *
 * @param link where a reader finds the results; its text is escaped, nothing is fetched
 */
async function renderFeed(directory: string, index: ProjectIndex, link: string, most: number): Promise<string> {
  const pack = await readHistory(directory, index, most + 1)
  const items = index.builds.slice(-most).toReversed().map((build) => {
    const row = pack.builds.indexOf(build.id)
    const broken = row < 1 ? [] : queryChanges(pack, row - 1, row).filter(({ before, after }) => before === 'pass' && after === 'fail')
    const names = new Set(broken.map(({ suite, test }) => `${suite}/${test}`))
    return item(build, link, [...names])
  }) // prettier-ignore
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>' +
    `<title>${xmlText(`Kernel tests: ${index.project}`)}</title><link>${xmlText(link)}</link>` +
    `<description>${xmlText(`The newest builds of ${index.project}`)}</description>\n${items.join('\n')}\n</channel></rss>\n`
  )
}

function item({ id, created, kernel, counts, crashes }: IndexedBuild, link: string, broken: readonly string[]): string {
  const { pass, fail, skip, xfail } = counts
  const said =
    broken.length === 0 ? 'nothing new fails' : `${broken.length} new failure${broken.length === 1 ? '' : 's'}`
  const lines = [
    `${pass} passed, ${fail} failed, ${skip} skipped, ${xfail} failed as expected.`,
    ...broken.slice(0, 50).map((name) => `Fails now: ${name}`),
    ...(broken.length > 50 ? [`${broken.length - 50} more fail now.`] : []),
    ...crashes.slice(0, 20).map(({ kind, title }) => `Crash: ${kind}: ${title}`),
  ]
  return (
    `<item><title>${xmlText(`${kernel ?? id}: ${said}`)}</title><link>${xmlText(link)}</link>` +
    `<guid isPermaLink="false">${xmlText(id)}</guid><pubDate>${new Date(created).toUTCString()}</pubDate>` +
    `<description>${xmlText(lines.join('\n'))}</description></item>`
  )
}
