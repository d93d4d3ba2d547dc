import { createHash } from 'node:crypto'

/** Longest title in a record; a console can say more on one line than anyone reads. */
const longestTitle = 200

/** What differs between two occurrences of one event, and what stands for it. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/\+0x[\da-f]+\/0x[\da-f]+(?: \[[\w-]+\])?/g, ''],
  [/\b0x[\da-f]+\b/gi, ''],
  [/\b(?=[\da-f]*\d)[\da-f]{8,16}\b/gi, ''],
  [/\bkworker\/\S+/g, 'kworker'],
  [/#\d+\b/g, ''],
  [/\b(CPU|PID|pid|CPUs?\/tasks|cpu)s?:? \d+/g, '$1'],
  [/(\.[chS]):\d+(?::\d+)?/g, '$1'],
  [/\b\d+m?s\b/g, ''],
  [/:\d+(?=\s|$|\])/g, ''],
  [/(?<![\w.-])-?\d+(?![\w.])/g, ''],
  [/\s?\b\w+=(?=\s|$)/g, ''],
  [/\(\s*\)|\[\s*\]/g, ''],
  [/\s+/g, ' '],
  [/ ([!:,.])/g, '$1'],
]

/** A header line without addresses, numbers of CPUs, tasks, lines and seconds. */
export function tidyTitle(text: string): string {
  let title = text.slice(0, longestTitle * 2)
  for (const [pattern, instead] of volatile) title = title.replaceAll(pattern, instead)
  return title
    .replace(/[\s:,]+$/, '')
    .trim()
    .slice(0, longestTitle)
}

/**
 * Sixteen hexadecimal digits that stay the same when the same event happens again
 * at other addresses or in another build, and differ when title or top frames differ.
 */
export function signCrash(kind: string, title: string, trace: readonly string[]): string {
  const frames = trace.slice(0, 3).map((name) => name.replace(/\.(?:isra|constprop|part|cold|llvm)\b.*$/, ''))
  return createHash('sha256')
    .update([kind, title, ...frames].join('\n'))
    .digest('hex')
    .slice(0, 16)
}
