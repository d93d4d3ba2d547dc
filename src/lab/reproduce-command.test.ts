import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { reproduceCommand } from '#lab/reproduce-command'

const request = { boardFile: 'bbb-01.yaml', build: 'http://files.example/build/', suites: ['kunit'], outputDir: 'run' }

test('a run is repeated with what it was asked for, from any folder', () => {
  const command = reproduceCommand({
    ...request,
    commands: ["echo '$(touch x)'", '-n'],
    parameters: { TST: 'a b' },
    kernelArguments: ['quiet'],
    onWarning: 'fail',
    timeoutSeconds: 60,
  })
  expect(command).toBe(
    `lkft lab run --board ${resolve('bbb-01.yaml')} --build http://files.example/build/ --suite kunit` +
      ` --command 'echo '\\''$(touch x)'\\''' --command=-n --parameter 'TST=a b' --boot-arg quiet --timeout 60` +
      ' --on-warning fail --output-dir reproduced',
  )
})

test('what no shell line can show gives no command', () => {
  expect(reproduceCommand({ ...request, commands: ['a\0b'] })).toBeNull()
})
