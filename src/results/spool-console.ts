import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { ConsoleSink } from '#results/console-sink'
import type { GrowingFiles } from '#results/growing-files'
import { splitLines } from '#process/split-lines'

/** The console of one of several machines, in files of its own until that machine is gone. */
export interface SpooledConsole extends ConsoleSink {
  /** Puts it behind what console.log and console.ndjson hold, and gives the lines that stood there before. */
  merge(): number
}

const chunkBytes = 1 << 20
/** What is read back in one piece; the whole line stands among the raw bytes. */
const longestText = 8192

let count = 0

/** Makes a console beside the others of the run directory at `path`; the bytes are on disk at once. */
export function spoolConsole(path: string, files: GrowingFiles, target: ConsoleSink): SpooledConsole {
  count++
  const raw = `console.${count}.part`
  const timed = `console.${count}.ndjson.part`
  return {
    writeConsole: (chunk) => void files.append(raw, chunk),
    writeLine: (line, text, seconds) => {
      files.append(timed, `${JSON.stringify({ line, text: text.slice(0, longestText), seconds })}\n`)
    },
    endConsole: () => 0,
    merge: () => {
      const offset = target.endConsole()
      readChunks(join(path, raw), (chunk) => target.writeConsole(chunk))
      const lines = splitLines((text) => {
        if (text === '') return
        const row = JSON.parse(text) as { line: number; text: string; seconds: number }
        target.writeLine(row.line + offset, row.text, row.seconds)
      })
      readChunks(join(path, timed), (chunk) => lines.push(chunk))
      lines.end()
      files.drop(raw)
      files.drop(timed)
      return offset
    },
  }
}

function readChunks(path: string, onChunk: (chunk: Uint8Array) => void): void {
  if (!existsSync(path)) return
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const chunk = Buffer.alloc(chunkBytes)
      const read = readSync(file, chunk)
      if (read === 0) return
      onChunk(chunk.subarray(0, read))
    }
  } finally {
    closeSync(file)
  }
}
