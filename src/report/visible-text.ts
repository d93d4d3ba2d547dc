/** Control, zero-width and bidirectional characters, which a reader must see rather than be misled by. */
const hidden = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu

/**
 * Untrusted text with nothing invisible in it: escape sequences removed, other
 * control, zero-width and bidirectional characters spelled `\u{202e}`. Newlines and
 * tabs stay.
 *
 * @param most UTF-16 units kept; what is cut is shown by an ellipsis
 */
export function visibleText(text: string, most = Infinity): string {
  const raw = text.length > most * 2 ? text.slice(0, most * 2) : text
  const shown = raw
    .toWellFormed()
    .replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
  return shown.length > most || raw.length < text.length ? `${shown.slice(0, most).toWellFormed()}…` : shown
}

/** `visibleText` on one line: newlines and tabs become spaces. */
export function visibleLine(text: string, most = Infinity): string {
  return visibleText(text.replaceAll(/[\r\n\t]+/g, ' '), most)
}
