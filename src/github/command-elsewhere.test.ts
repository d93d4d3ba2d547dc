import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatArtifactName } from '#github/artifact-names'
import { commandElsewhere } from '#github/command-elsewhere'

const run = { repository: 'octo/linux', runId: 42 }
const folder = '/home/runner/work/_temp/lkft/builds'

test('a build that the job fetched is downloaded first and given by its name', () => {
  const name = 'lkft.build.arm64-gcc-tinyconfig.a1'
  expect(commandElsewhere(`lkft boot --build ${folder}/${name} --device qemu-arm64`, run)).toBe(
    `gh run download 42 --repo octo/linux --name ${name} --dir ${name}\nlkft boot --build ${name} --device qemu-arm64`,
  )
})

test.each([
  'lkft boot --kernel /boot/vmlinuz --device qemu-x86_64',
  `lkft boot --build ${folder}/notes`,
  `lkft boot --build ${folder}/lkft.run.a.a1`,
  `lkft boot --command 'ls ${folder}/lkft.build.a.a1'`,
  "lkft boot --build '/my work/lkft/builds/lkft.build.a.a1'",
])('%s stays as it is', (command) => {
  expect(commandElsewhere(command, run)).toBe(command)
})

test('whatever a cell is called, its artifact is named', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (scope, id) => {
      const name = formatArtifactName({ scope, kind: 'build', id, attempt: 3 })
      expect(commandElsewhere(`lkft boot --build ${folder}/${name}`, run).split('\n')).toEqual([
        `gh run download 42 --repo octo/linux --name ${name} --dir ${name}`,
        `lkft boot --build ${name}`,
      ])
    }),
  )
})
