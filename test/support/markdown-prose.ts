import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'

interface Node {
  readonly type: string
  readonly value?: string
  readonly url?: string
  readonly children?: readonly Node[]
}

/** All of a Markdown text that GitHub reads as prose, HTML or address: everything but code. */
export function proseOf(markdown: string): string {
  return join(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }))
}

function join({ type, value = '', url = '', children = [] }: Node): string {
  if (type === 'code' || type === 'inlineCode') return ''
  return [value, url, ...children.map(join)].join(' ')
}
