/** Options of `lkft cache import`. */
export interface ImportOptions {
  readonly dir: string
  readonly list?: string
  readonly unchecked?: boolean
  readonly ttl: string
}

export const importHelp = `
Examples:
  psql -At -F "$(printf '\\t')" -c 'SELECT url, content_length, content_type FROM kiss_cache_resource
    WHERE state = 2 AND status_code = 200' kisscache >finished.tsv
  lkft cache import /var/cache/kiss-cache --dir /srv/cache --list finished.tsv`
