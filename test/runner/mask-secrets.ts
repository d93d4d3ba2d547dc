const stars = '***'

/** Takes secrets out of text, in the forms that tools write them: plain, base64, URL, JSON, XML, shell. */
export class SecretMasker {
  readonly #values = new Set<string>()
  #expression: RegExp | undefined

  /** Adds a secret; each line of one with several is a secret too. Blank ones are not. */
  add(secret: string): void {
    for (const value of [secret, ...secret.split(/\r?\n/)]) {
      if (value.trim() === '') continue
      for (const form of formsOf(value)) if (form.length > 0) this.#values.add(form)
    }
    this.#expression = undefined
  }

  mask(text: string): string {
    if (this.#values.size === 0) return text
    this.#expression ??= new RegExp(
      [...this.#values]
        .sort((a, b) => b.length - a.length)
        .map(escape)
        .join('|'),
      'g',
    )
    return text.replaceAll(this.#expression, stars)
  }

  /** Whether text holds a secret, so that it may not leave the job as an output. */
  holdsSecret(text: string): boolean {
    return this.mask(text) !== text
  }
}

function formsOf(value: string): readonly string[] {
  return [
    value,
    ...base64Forms(value),
    value.replaceAll('"', String.raw`\"`),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    encodeUri(value),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
    value.replace(/^"(.*)"$/s, '$1'),
  ]
}

/** The middle of the base64 of anything that holds the value, for each of the three alignments. */
function base64Forms(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  return [0, 1, 2]
    .flatMap((shift) => {
      const part = bytes.subarray(shift)
      if (part.length < 3) return shift === 0 ? [part.toString('base64')] : []
      const whole = part.subarray(0, part.length - (part.length % 3)).toString('base64')
      return shift === 0 ? [part.toString('base64'), whole] : [whole]
    })
    .filter((form) => form.length >= 4)
}

function encodeUri(value: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    return value
  }
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
