import { describe, expect, it } from 'vitest'
import { type Claim, claims } from '../support/claims.ts'
import { evidenceRows } from '../support/evidence.ts'

describe('docs/evidence.md', async () => {
  const rows = await evidenceRows()

  it.each(Object.keys(claims) as Claim[])('has a row with command, date, kernel and figure for %s', (claim) => {
    const row = rows.find((candidate) => candidate.claim === claim)
    expect(row?.line).toMatch(/\| `.+` \| \d{4}-\d\d-\d\d \| \S.* \| \S.* \|$/)
  })
})
