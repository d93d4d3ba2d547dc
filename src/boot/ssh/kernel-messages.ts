/** Turns records of /dev/kmsg into a console's lines, without those from before a mark. */
export interface KernelMessages {
  /** One line of /dev/kmsg; gives the console's line, or nothing. */
  push(line: string): string | undefined
}

/** `level,sequence,microseconds,flags;text`; a line that begins with a space belongs to the record before it. */
const record = /^(\d+),\d+,(\d+),[^;]*;(.*)$/s

/** Starts before the mark, a word that a message of its own carries. */
export function kernelMessages(mark: string): KernelMessages {
  let seen = false
  return {
    push: (line) => {
      const [, level, time = '', text = ''] = record.exec(line) ?? []
      if (!seen) {
        seen = text.includes(mark)
        return undefined
      }
      if (level === undefined) return undefined
      const digits = time.padStart(7, '0')
      const seconds = `${digits.slice(0, -6)}.${digits.slice(-6)}`.padStart(12)
      return `<${Number(level) & 7}>[${seconds}] ${text}`
    },
  }
}
