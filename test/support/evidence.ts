import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeAtomic } from '#files/write-atomic'
import { type Claim, claims } from './claims.ts'

/** One row of docs/evidence.md: what was run when, and what came out. */
export interface Evidence {
  readonly claim: Claim
  readonly command: string
  /** e.g. `6.1.162`; `none` where no kernel is involved. */
  readonly kernel: string
  /** e.g. `5 min 12 s; 1 regression`. */
  readonly figure: string
}

const page = join(import.meta.dirname, '../../docs/evidence.md')

const head = `# Evidence

What the project claims of itself, and what was measured when the claim was last run. \`npm run test:full\` writes this
page; \`npm test\` fails when a claim has no row.

| claim | command | date | kernel | figure |
|---|---|---|---|---|
`

/** Notes a figure in docs/evidence.md when \`npm run test:full\` runs the test; does nothing in an ordinary run. */
export async function recordEvidence(evidence: Evidence, now = new Date()): Promise<void> {
  if (process.env['LKFT_EVIDENCE'] !== '1') return
  const rows = new Map((await evidenceRows()).map((row) => [row.claim, row.line]))
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
  const fields = [
    claims[evidence.claim],
    `\`${evidence.command}\``,
    now.toISOString().slice(0, 10),
    evidence.kernel,
    evidence.figure,
  ]
  rows.set(evidence.claim, `| ${fields.map(cell).join(' | ')} |`)
  const ordered = (Object.keys(claims) as Claim[]).flatMap((claim) => rows.get(claim) ?? [])
  await writeAtomic(page, `${head}${ordered.join('\n')}\n`)
}

/** The rows of the page that belong to a claim. */
export async function evidenceRows(): Promise<readonly { claim: Claim; line: string }[]> {
  const text = await readFile(page, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line.startsWith('| '))
  return (Object.keys(claims) as Claim[]).flatMap((claim) => {
    const line = lines.find((row) => row.startsWith(`| ${claims[claim].replaceAll('|', '\\|')} |`))
    return line === undefined ? [] : [{ claim, line }]
  })
}
