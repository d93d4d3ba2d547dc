import fc from 'fast-check'
import { expect, test } from 'vitest'
import { filterSecrets, maskText } from '#results/mask-secrets'

test('a secret is masked however its bytes come, and nothing else is lost', () => {
  const words = fc.constantFrom('hush', 'hu', 'sh', ' ', 'é\n', 's', 'hushush')
  fc.assert(
    fc.property(fc.array(words), fc.array(fc.integer({ min: 1, max: 5 })), (parts, cuts) => {
      const whole = Buffer.from(parts.join(''))
      const filter = filterSecrets(['hush', 'é'])
      const shown: Uint8Array[] = []
      let at = 0
      for (const cut of [...cuts, whole.length]) {
        shown.push(filter.push(whole.subarray(at, at + cut)))
        at += cut
      }
      shown.push(filter.push(whole.subarray(at)), filter.end())
      const text = Buffer.concat(shown).toString()
      expect(text).not.toMatch(/hush|é/)
      expect(text).toBe(maskText(maskText(whole.toString(), ['hush']), ['é']))
    }),
  )
})
