import { join } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { limitShards } from '#boot/limit-shards'
import type { PreparedBoot } from '#boot/prepare-boot'
import { type LifeStarter, startLives } from '#boot/start-lives'
import { openTemplateStore } from '#boot/template-store'
import { defaultCacheDirectory } from '#files/cache-directory'
import type { StageContext } from '#log/reporter'
import type { Suite } from '#suites/suite'

export interface LivesRequest {
  readonly request: BootRequest
  readonly suites: readonly Suite[]
  readonly prepared: PreparedBoot
  /** For what is needed in this run only. */
  readonly folder: string
  readonly device: string
}

export interface PreparedLives extends LifeStarter {
  readonly shards: number
  /** The first machine boots alone and is frozen; the others are copies of it. */
  readonly firstAlone: boolean
}

/** Decides how many machines a run has at a time and whether they are copies, and says what is less than was asked for. */
export async function prepareLives(
  { request, suites, prepared, folder, device }: LivesRequest,
  context: StageContext,
): Promise<PreparedLives> {
  const { template = false, retries = 0 } = request
  const shards = await limitShards(request.shards ?? 1, prepared.memory, context)
  const wanted = template || shards > 1 || retries > 0
  if (!prepared.copies && (template || shards > 1)) {
    context.reporter.warn(`${device} is not copied with this profile or accelerator: each machine boots`)
  }
  const cache = request.templateDir ?? join(request.cacheDirectory ?? defaultCacheDirectory(), 'templates')
  const store =
    wanted && prepared.copies ? await openTemplateStore(prepared, folder, template ? cache : undefined) : undefined
  const bootsFirst = suites.some(({ kind }) => kind === 'boot' || kind === 'kunit')
  const lives = startLives({ prepared, store, bootsFirst, device }, context)
  return { ...lives, shards, firstAlone: store !== undefined && shards > 1 }
}
