/**
 * A row of a pack as what differs from the row after it: few bytes of many, so the
 * rows of 200 builds are read without ever writing out what stays the same. It is the
 * number of bytes that differ, then how far each is from the one before, then the
 * exclusive or of each. Numbers take seven bits a byte, least first.
 */
export function encodeDifference(row: Uint8Array, after: Uint8Array): Uint8Array {
  const places: number[] = []
  const values: number[] = []
  let last = -1
  eachChange(row, after, (index) => {
    pushNumber(places, index - last - 1)
    values.push((row[index] ?? 0) ^ (after[index] ?? 0))
    last = index
  })
  const count: number[] = []
  pushNumber(count, values.length)
  return Uint8Array.from([...count, ...places, ...values])
}

/** Calls with the index of every byte that differs between two rows of one pack; four at a time, since few do. */
export function eachChange(row: Uint8Array, other: Uint8Array, change: (index: number) => void): void {
  const whole = row.length >> 2
  const [words, others] = [wordsOf(row, whole), wordsOf(other, whole)]
  for (let word = 0; word < whole; word++) {
    if (words[word] === others[word]) continue
    for (let index = word << 2; index < (word + 1) << 2; index++) if (row[index] !== other[index]) change(index)
  }
  for (let index = whole << 2; index < row.length; index++) if (row[index] !== other[index]) change(index)
}

/** Words need an address of their own size, and all of them. */
function wordsOf(bytes: Uint8Array, count: number): Uint32Array {
  const isReady = bytes.byteOffset % 4 === 0 && bytes.length >= count << 2
  if (isReady) return new Uint32Array(bytes.buffer, bytes.byteOffset, count)
  const copy = new Uint8Array(count << 2)
  copy.set(bytes.subarray(0, count << 2))
  return new Uint32Array(copy.buffer)
}

/** Turns a row into the one before it. */
export function applyDifference(row: Uint8Array, difference: Uint8Array): void {
  eachDifference(difference, Infinity, (index, value) => {
    row[index] = (row[index] ?? 0) ^ value
  })
}

/** Turns some bytes of a row, which begin at `start`, into those of the row before it. */
export function applyPart(part: Uint8Array, start: number, difference: Uint8Array): void {
  eachDifference(difference, start + part.length, (index, value) => {
    if (index >= start) part[index - start] = (part[index - start] ?? 0) ^ value
  })
}

function eachDifference(bytes: Uint8Array, end: number, change: (index: number, value: number) => void): void {
  let at = 0
  const next = (): number => {
    let [value, shift, byte] = [0, 0, 0]
    do {
      byte = bytes[at++] ?? 0
      value |= (byte & 127) << shift
      shift += 7
    } while (byte > 127 && shift < 28)
    return value
  }
  const count = next()
  const values = bytes.length - count
  let index = -1
  for (let number = 0; number < count; number++) {
    index += next() + 1
    if (index >= end) return
    change(index, bytes[values + number] ?? 0)
  }
}

function pushNumber(bytes: number[], number: number): void {
  let rest = number
  while (rest > 127) {
    bytes.push((rest & 127) | 128)
    rest >>>= 7
  }
  bytes.push(rest)
}
