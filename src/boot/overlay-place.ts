/** An archive, and the folder of the root file system that it is unpacked in. */
export interface PlacedArchive {
  /** File or URL, with a URL's pin. */
  readonly from: string
  /** Absolute; `/` when nobody says. */
  readonly place: string
}

/** Splits `FILE#/place`; a URL's pin, `#sha256=…`, stands before the place. */
export function splitPlace(text: string): PlacedArchive {
  const [, from, place] = /^(.+?)#(\/[^#]*)$/s.exec(text) ?? []
  return from === undefined || place === undefined ? { from: text, place: '/' } : { from, place }
}

/** The text that `splitPlace` splits. */
export function joinPlace(from: string, place: string): string {
  return place === '/' ? from : `${from}#${place}`
}
