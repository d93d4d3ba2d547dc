import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readChecksums } from '#cache-server/api/checksums'

const digest = fc.string().map((text) => createHash('sha256').update(text).digest('hex'))
const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_ .+()=-]{0,30}$/).filter((text) => text.trim() === text)

test('what sha256sum writes is read back, plain, binary and tagged, among other lines', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, digest, fc.constantFrom('plain', 'binary', 'tag')), { selector: ([one]) => one }),
      (files) => {
        const lines = files.map(([file, sum, how]) =>
          how === 'tag' ? `SHA256 (${file}) = ${sum}` : `${sum} ${how === 'binary' ? '*' : ' '}${file}`,
        )
        const text = ['-----BEGIN PGP SIGNED MESSAGE-----', ...lines, '', '-----END-----'].join('\n')
        expect(readChecksums(text)).toEqual(new Map(files.map(([file, sum]) => [file, sum])))
      },
    ),
  )
})

test('nothing makes it throw, and a name with two digests has none', () => {
  fc.assert(fc.property(fc.string(), (text) => readChecksums(text).size >= 0))
  const [a, b] = ['a', 'b'].map((text) => createHash('sha256').update(text).digest('hex'))
  expect(readChecksums(`${a}  x\n${b}  x\n${b}  y\r\n`)).toEqual(new Map([['y', b]]))
})
