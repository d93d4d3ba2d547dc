import { expect, test } from 'vitest'
import { labBuild } from './lab-kernel.ts'
import { inPrivateNetwork } from './private-network.ts'

test("real U-Boot boots from lkft's own TFTP server, and a board that asks elsewhere is told so", async () => {
  const program = new URL('./run-with-own-tftp.ts', import.meta.url)
  const ended = JSON.parse(await inPrivateNetwork(program, await labBuild())) as Record<string, unknown>
  expect(ended).toMatchObject({
    served: { code: 0, verdict: 'pass', counts: { pass: 3 } },
    elsewhere: {
      code: 3,
      verdict: 'infra',
      cause: { message: expect.stringMatching(/^transfer: kernel .*lkft's TFTP server was never asked for it/) },
    },
    taken: {
      code: 3,
      verdict: 'infra',
      cause: { message: expect.stringMatching(/^network: TFTP cannot listen on 198\.18\.0\.99:69/) },
    },
  })
})
