import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { isAddressRange } from '#cache-server/access/address-classes'
import { type AllowEntry, parseAllowHost } from '#cache-server/access/upstream-rules'
import type { BucketSettings } from '#cache-server/tier/bucket'
import { parseSize, parseTtl } from '#cache-server/quantities'
import {
  type ActionsSettings,
  defaultSettings,
  type FetchSettings,
  type ParentSettings,
  type Place,
  type Settings,
  type UrlRule,
} from '#cache-server/settings'
import { LkftError } from '#errors/lkft-error'
import type { CacheConfig } from '#schema/documents'
import { loadDocument } from '#schema/load-document'

/** What the command line says. */
export interface ServeOptions {
  readonly dir: string
  readonly config?: string
  readonly listen?: string
  readonly allowHost: readonly string[]
}

/**
 * Makes the settings of a server from its command line and configuration; the
 * command line wins, its hosts are added.
 *
 * @throws LkftError BAD_DOCUMENT, BAD_ARGUMENT
 */
export async function readSettings(options: ServeOptions): Promise<Settings> {
  const file = options.config === undefined ? undefined : resolve(options.config)
  const config: CacheConfig = file === undefined ? { version: 1 } : await loadDocument('cache-config', file)
  const base = defaultSettings(resolve(options.dir))
  const folder = file === undefined ? process.cwd() : dirname(file)
  return {
    ...base,
    ...listenOn(options.listen ?? config.listen ?? '127.0.0.1:8080'),
    ...(file === undefined ? {} : { configFile: file }),
    allow: [
      ...(config.allow ?? []).map((entry) => toEntry(entry, folder, file ?? '')),
      ...options.allowHost.map(fromOption),
    ],
    rules: (config.rules ?? []).map(toRule),
    fetch: toFetch(config.upstream ?? {}, base.fetch),
    disk: {
      quota: sizeOf(config.quota, base.disk.quota),
      softPercent: config['soft-percent'] ?? base.disk.softPercent,
      idleSeconds: seconds(config.idle) ?? base.disk.idleSeconds,
    },
    defaultTtlSeconds: seconds(config['default-ttl']) ?? base.defaultTtlSeconds,
    shutdownFile: resolve(folder, config['shutdown-file'] ?? base.shutdownFile),
    clientNetworks: ranges(config['client-networks'], 'client-networks', file),
    trustedProxies: ranges(config['trusted-proxies'], 'trusted-proxies', file),
    tokens: (config.tokens ?? []).map((one) => ({
      name: one.name,
      sha256: one.sha256,
      scopes: one.scopes,
      namespaces: one.namespaces ?? [],
      ...(one.refs === undefined ? {} : { refs: one.refs }),
      quota: sizeOf(one.quota, 0),
      rate: one.rate ?? 0,
    })),
    requireToken: config['require-token'] ?? false,
    namespaces: (config.namespaces ?? []).map((one) => ({
      name: one.name,
      quota: sizeOf(one.quota, 0),
      largest: sizeOf(one.largest, 2 ** 30),
      anonymous: one.anonymous ?? 'read',
    })),
    accessLog: config['access-log'] === '-' ? '-' : atFolder(folder, config['access-log']),
    actions: toActions(config.actions ?? {}, folder),
    drainMs: (seconds(config.drain) ?? base.drainMs / 1000) * 1000,
    parent: config.parent === undefined ? undefined : toParent(config.parent, folder),
    bucket: config.bucket === undefined ? undefined : toBucket(config.bucket, folder),
    pages: config['pages-listen'] === undefined ? undefined : listenOn(config['pages-listen']),
    accelPrefix: config['x-accel-redirect'],
  }
}

/** `ADDRESS:PORT`, `[ADDRESS]:PORT`, `:PORT` or `PORT`. */
function listenOn(text: string): Place {
  const match = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]*)):)?(\d{1,5})$/.exec(text)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new LkftError('BAD_ARGUMENT', `--listen ${text}: expected ADDRESS:PORT, [ADDRESS]:PORT or PORT`)
  }
  const named = match[1] ?? match[2]
  return { host: named === undefined ? '127.0.0.1' : named === '' ? '::' : named, port }
}

function fromOption(text: string): AllowEntry {
  const entry = parseAllowHost(text)
  if (entry !== undefined) return entry
  throw new LkftError(
    'BAD_ARGUMENT',
    `--allow-host ${text}: expected HOST, HOST:PORT, *.DOMAIN, an address or a range`,
    {
      hint: 'Only the host is given, without http:// and without a path.',
    },
  )
}

function toEntry(entry: NonNullable<CacheConfig['allow']>[number], folder: string, file: string): AllowEntry {
  const parsed = parseAllowHost(entry.host)
  if (parsed === undefined) {
    throw new LkftError('BAD_DOCUMENT', `${file}: /allow: host '${entry.host}' is no name, *.domain, address or range`)
  }
  const secret = entry['authorization-file']
  return {
    host: parsed.host,
    ports: entry.ports ?? parsed.ports,
    private: entry.private ?? false,
    authorization: secret === undefined ? undefined : readSecret(resolve(folder, secret)),
    forwardAuthorization: entry['forward-authorization'] ?? false,
    allowDowngrade: entry['allow-downgrade'] ?? false,
  }
}

function toRule(rule: NonNullable<CacheConfig['rules']>[number]): UrlRule {
  return {
    match: rule.match,
    freshness: rule.freshness,
    ttlSeconds: seconds(rule.ttl),
    dropParameters: rule['drop-parameters'] ?? [],
    staleWhileRevalidateSeconds: seconds(rule['stale-while-revalidate']) ?? 0,
    staleIfErrorSeconds: seconds(rule['stale-if-error']) ?? 86_400,
    pin: rule.pin ?? false,
    mirrors: rule.mirrors ?? [],
    checksums: rule.checksums,
  }
}

function toFetch(given: NonNullable<CacheConfig['upstream']>, base: FetchSettings): FetchSettings {
  const ms = (text: string | undefined, otherwise: number): number => (seconds(text) ?? otherwise / 1000) * 1000
  return {
    retries: given.retries ?? base.retries,
    resumes: given.resumes ?? base.resumes,
    connectTimeoutMs: ms(given['connect-timeout'], base.connectTimeoutMs),
    firstByteMs: ms(given['first-byte-timeout'], base.firstByteMs),
    stallMs: ms(given['stall-timeout'], base.stallMs),
    connectionsPerHost: given['connections-per-host'] ?? base.connectionsPerHost,
    redirects: given.redirects ?? base.redirects,
    negativeMs: ms(given['negative-ttl'], base.negativeMs),
    breakerMs: ms(given.breaker, base.breakerMs),
  }
}

function atFolder(folder: string, file: string | undefined): string | undefined {
  return file === undefined ? undefined : resolve(folder, file)
}

function toActions(given: NonNullable<CacheConfig['actions']>, folder: string): ActionsSettings {
  const file = given['secret-file']
  const quota = given['cache-quota']
  return {
    ...(file === undefined ? {} : { secret: Buffer.from(readSecret(resolve(folder, file))) }),
    publicUrl: given['public-url']?.replace(/\/$/, ''),
    urlLifeSeconds: seconds(given['url-life']),
    cacheQuota: quota === undefined ? undefined : parseSize(quota),
    cacheIdleSeconds: seconds(given['cache-idle']),
    artifactDays: given['artifact-days'],
  }
}

function toParent(given: NonNullable<CacheConfig['parent']>, folder: string): ParentSettings {
  const file = given['token-file']
  return { url: new URL(given.url).origin, token: file === undefined ? undefined : readSecret(resolve(folder, file)) }
}

function toBucket(given: NonNullable<CacheConfig['bucket']>, folder: string): BucketSettings {
  const file = given['credentials-file']
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: key = '' } = process.env
  const [keyId = '', secret = ''] = file === undefined ? [id, key] : readSecret(resolve(folder, file)).split(/:(.*)/s)
  if (keyId === '' || secret === '') {
    const where = file ?? 'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY'
    throw new LkftError('BAD_DOCUMENT', `${where}: no credentials for the bucket: expected KEY-ID:SECRET`)
  }
  return {
    endpoint: given.endpoint.replace(/\/$/, ''),
    name: given.name,
    region: given.region ?? 'us-east-1',
    prefix: given.prefix ?? '',
    keyId,
    secret,
  }
}

function seconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseTtl(text)
}

function sizeOf(value: string | number | undefined, otherwise: number): number {
  return value === undefined ? otherwise : (parseSize(value) ?? otherwise)
}

function ranges(given: readonly string[] | undefined, field: string, file: string | undefined): readonly string[] {
  const wrong = given?.find((one) => !isAddressRange(one))
  if (wrong === undefined) return given ?? []
  throw new LkftError('BAD_DOCUMENT', `${file}: /${field}: '${wrong}' is no address and no range such as 10.0.0.0/8`)
}

/** A secret from a file of its own, without the final newline. */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new LkftError('BAD_DOCUMENT', `${file}: cannot be read: ${(error as Error).message}`, { cause: error })
  }
}
