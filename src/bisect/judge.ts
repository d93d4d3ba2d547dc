/** What one run of one commit says. */
export interface Answer {
  readonly verdict: 'good' | 'bad' | 'skip'
  /** Why it is bad or cannot be judged. */
  readonly reason: string | null
}

/** What all runs of one commit say together. */
export interface Judgement {
  readonly verdict: 'good' | 'bad' | 'skip'
  readonly tries: readonly ('good' | 'bad')[]
  readonly reason: string | null
}

/**
 * Asks until one answer leads the other by `lead`. A test that fails once in ten
 * runs is then judged wrong once in eighty with a lead of 2, and a steady one
 * costs `lead` runs. Without a lead after `most` runs, and for a commit that
 * cannot be judged, the answer is skip.
 */
export async function judge(
  ask: (attempt: number) => Promise<Answer>,
  { lead, most = 4 * lead + 1 }: { readonly lead: number; readonly most?: number },
): Promise<Judgement> {
  const tries: ('good' | 'bad')[] = []
  let ahead = 0
  let reason: string | null = null
  while (tries.length < most) {
    const answer = await ask(tries.length + 1)
    if (answer.verdict === 'skip') return { verdict: 'skip', tries, reason: answer.reason }
    tries.push(answer.verdict)
    ahead += answer.verdict === 'bad' ? 1 : -1
    if (answer.verdict === 'bad') reason = answer.reason
    if (ahead >= lead) return { verdict: 'bad', tries, reason }
    if (-ahead >= lead) return { verdict: 'good', tries, reason: null }
  }
  return {
    verdict: 'skip',
    tries,
    reason: `flaky: ${tries.filter((one) => one === 'bad').length} of ${most} runs are bad`,
  }
}
