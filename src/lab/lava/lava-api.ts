import { setTimeout as sleep } from 'node:timers/promises'
import { request } from 'undici'
import { LkftError } from '#errors/lkft-error'
import { downloadAgent } from '#fetch/download-agent'
import { labFailed } from '#lab/lab-failed'
import { printable } from '#log/printable'

/** What a server answered; errors may well be HTML. */
export interface LavaAnswer {
  readonly status: number
  readonly text: string
}

/** LAVA's REST API v0.2, as one user. */
export interface LavaApi {
  /** GET, tried again on lost links and busy servers. Paths end in `/`: without it a server redirects and loses bodies. */
  get(path: string): Promise<LavaAnswer>
  /** GET of JSON that must be there. @throws LkftError LAB_FAILED, BAD_ARGUMENT for a refused token */
  json<T>(path: string): Promise<T>
  /** All rows of a list, page by page. */
  list<T>(path: string): Promise<readonly T[]>
  /** POST, tried once: posting again could run a job twice. */
  post(path: string, body: object): Promise<LavaAnswer>
}

const tries = 5
const firstPauseMs = 500
const answerMs = 30_000
const busy = new Set([429, 502, 503, 504])

export function lavaApi(server: string, token: string, signal: AbortSignal): LavaApi {
  const base = `${server.replace(/\/+$/, '')}/api/v0.2/`
  const headers = { authorization: `Token ${token}`, accept: 'application/json' }
  const limits = { dispatcher: downloadAgent(), headersTimeout: answerMs, bodyTimeout: answerMs, signal }
  const once = async (path: string): Promise<LavaAnswer> => {
    const { statusCode, body } = await request(new URL(path, base), { ...limits, headers })
    return { status: statusCode, text: await body.text() }
  }
  const get = async (path: string): Promise<LavaAnswer> => {
    for (let attempt = 1; ; attempt++) {
      const answer = await once(path).catch((error: Error) => error)
      signal.throwIfAborted()
      if (!(answer instanceof Error) && !busy.has(answer.status)) return answer
      const why = answer instanceof Error ? answer.message : `HTTP ${answer.status}`
      if (attempt === tries) throw labFailed('LAVA', `${server} does not answer: ${why}`)
      await sleep(firstPauseMs * 2 ** (attempt - 1), undefined, { signal })
    }
  }
  const json = async <T>(path: string): Promise<T> => {
    const answer = await get(path)
    if (answer.status === 200) return readJson(answer.text, path) as T
    throw refused(server, path, answer)
  }
  return {
    get,
    json,
    list: async <T>(path: string) => {
      const rows: T[] = []
      for (;;) {
        const separator = path.includes('?') ? '&' : '?'
        const page = await json<{ next: string | null; results: T[] }>(
          `${path}${separator}limit=500&offset=${rows.length}`,
        )
        rows.push(...page.results)
        if (page.next === null || page.results.length === 0) return rows
      }
    },
    post: async (path, body) => {
      const { statusCode, body: answer } = await request(new URL(path, base), {
        ...limits,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return { status: statusCode, text: await answer.text() }
    },
  }
}

/** The error for an answer that is not what was asked for. A bad token is 403, even where anonymous may read. */
export function refused(server: string, path: string, { status, text }: LavaAnswer): LkftError {
  if (status === 401 || status === 403) {
    return new LkftError('BAD_ARGUMENT', `${server} refuses the token (HTTP ${status} for ${path})`, {
      hint: "Give the token of a user who may submit; LAVA's web pages show it under API > Tokens.",
    })
  }
  return labFailed('LAVA', `${server}: HTTP ${status} for ${path}: ${sayWhy(text)}`)
}

/** The server's own words: JSON's `message`, else the text without tags, one line. */
export function sayWhy(text: string): string {
  const said =
    messageOf(text) ?? text.replaceAll(/<(style|script|head)[\s\S]*?<\/\1>/gi, ' ').replaceAll(/<[^>]*>/g, ' ')
  return printable(said.replaceAll(/\s+/g, ' ').trim()).slice(0, 300) || 'no words'
}

function messageOf(text: string): string | undefined {
  try {
    const { message, detail } = JSON.parse(text) as Record<string, unknown>
    return typeof message === 'string' ? message : typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

function readJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw labFailed('LAVA', `the answer for ${path} is no JSON: ${sayWhy(text)}`)
  }
}
