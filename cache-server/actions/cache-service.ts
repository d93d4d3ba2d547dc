import { beginEntry, findEntry, finishEntry } from '#cache-server/actions/cache-entries'
import { type Method, textOf } from '#cache-server/actions/context'

/** github.actions.results.api.v1.CacheService, as @actions/cache 4 and later speak it. */
export const cacheMethods: Readonly<Record<string, Method>> = {
  CreateCacheEntry: async (context, { job, base }, body) => {
    const upload = await beginEntry(context, job, textOf(body, 'key'), textOf(body, 'version'))
    if (typeof upload === 'string') return { ok: false, signed_upload_url: '', message: upload }
    return { ok: true, signed_upload_url: context.urls.make(base, 'upload', upload.id), message: '' }
  },
  FinalizeCacheEntryUpload: async (context, { job }, body) => {
    const size = body['size_bytes'] === undefined ? undefined : Number(body['size_bytes'])
    const id = await finishEntry(context, job, textOf(body, 'key'), textOf(body, 'version'), size)
    if (id === undefined) return { ok: false, entry_id: '0', message: 'the upload is not there or has another size' }
    return { ok: true, entry_id: id, message: '' }
  },
  GetCacheEntryDownloadURL: async (context, { job, base }, body) => {
    const more = Array.isArray(body['restore_keys']) ? body['restore_keys'].map(String) : []
    const found = await findEntry(context, job, [textOf(body, 'key'), ...more], textOf(body, 'version'))
    if (found === undefined) return { ok: false, signed_download_url: '', matched_key: '' }
    const url = context.urls.make(base, 'download', `${found.digest}:cache`)
    return { ok: true, signed_download_url: url, matched_key: found.record['key'] }
  },
}
