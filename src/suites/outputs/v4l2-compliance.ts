import { type OutputReader, type Reading, withoutColours } from '#suites/outputs/output-reader'

/**
 * v4l2-compliance: sections (`Required ioctls:`, `Test input 0:`, `Control ioctls (Input 0):`), in them
 * `test NAME: OK`, `OK (Not Supported)` or `FAIL` behind lines `fail: file.cpp(12): what was wrong`.
 */
export function readV4l2Compliance(): OutputReader {
  let part = ''
  let section = ''
  let failures: string[] = []
  return {
    push: (raw) => {
      const line = withoutColours(raw)
      const heading = /^(\t?)(\S.*):$/.exec(line)
      if (heading !== null) {
        if (/^Test (?:input|output) \d+$/.test(heading[2] ?? '')) [part, section] = [heading[2] ?? '', '']
        else section = heading[2] ?? ''
        return []
      }
      const failure = /^\s+fail: (.*)$/.exec(line)
      if (failure !== null) failures.push(failure[1] ?? '')
      const match = /^\s*test (.+): (OK|FAIL|Not Supported)(?: \((.*)\))?$/.exec(line)
      if (match === null) return []
      const [, name = '', verdict, why] = match
      const test = [part, section, name].filter((text) => text !== '').join('.')
      const said = failures.slice(-10).join('\n')
      failures = []
      if (verdict === 'FAIL') {
        const failed: Reading = { test, status: 'fail', reason: 'assert', ...(said === '' ? {} : { message: said }) }
        return [failed]
      }
      const unsupported = verdict === 'Not Supported' || why === 'Not Supported'
      return [unsupported ? { test, status: 'skip', message: 'Not Supported' } : { test, status: 'pass' }]
    },
    end: () => [],
  }
}
