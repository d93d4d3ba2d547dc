import type { BootRequest } from '#boot/boot-request'
import type { RunPlan } from '#suites/conduct-run'
import { defaultLimits } from '#suites/session'
import type { TestList } from '#suites/test-list'

/** What a request says about how its suites run: options, limits and repeats. */
export function askedOf(
  request: BootRequest,
  lists: { readonly skip: TestList; readonly expected: TestList },
): Pick<RunPlan, 'limits' | 'options' | 'retries' | 'timeoutSeconds'> {
  return {
    options: {
      commands: request.commands ?? [],
      parameters: { ...request.parameters, ...request.secrets },
      secrets: request.secrets,
      testSeconds: request.testTimeoutSeconds,
      skip: lists.skip,
      expected: lists.expected,
      suiteMinutes: request.suiteMinutes,
    },
    limits: {
      ...defaultLimits,
      ...(request.bootTimeoutSeconds === undefined ? {} : { bootSeconds: request.bootTimeoutSeconds }),
      ...(request.silenceSeconds === undefined ? {} : { silenceSeconds: request.silenceSeconds }),
    },
    timeoutSeconds: request.timeoutSeconds,
    retries: request.retries,
  }
}
