// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * configuration of `lkft cache serve`: what may be fetched, by whom, how long it is kept and where
 */
export interface CacheConfig {
  version: 1
  /**
   * ADDRESS:PORT, [ADDRESS]:PORT or PORT; default 127.0.0.1:8080
   */
  listen?: string
  /**
   * hosts that may be fetched from; nothing else is
   */
  allow?: {
    /**
     * name, *.domain, address or range such as 10.1.0.0/16
     */
    host: string
    /**
     * default 80 and 443; any port of an address, a range, localhost or a private host
     */
    ports?: number[]
    /**
     * the name may lead to private addresses
     */
    private?: boolean
    /**
     * file with the value of the Authorization header sent to this host, e.g. `Bearer …`
     */
    'authorization-file'?: string
    /**
     * the client's Authorization is sent to this host, and its responses are kept apart by it
     */
    'forward-authorization'?: boolean
    /**
     * follow redirects from https to http of this host
     */
    'allow-downgrade'?: boolean
  }[]
  /**
   * what is special about some URLs
   */
  rules?: {
    /**
     * URL without its query; * is anything but a slash, ** is anything; the first rule that fits applies
     */
    match: string
    /**
     * immutable: never asked again; mutable: by Cache-Control, then revalidated; ttl: KissCache's fixed life
     */
    freshness?: 'immutable' | 'mutable' | 'ttl'
    /**
     * life of its resources
     */
    ttl?: string
    /**
     * query parameters, * allowed, that do not tell resources apart, e.g. X-Amz-*
     */
    'drop-parameters'?: string[]
    /**
     * serve the old copy for so long while upstream is asked
     */
    'stale-while-revalidate'?: string
    /**
     * serve the old copy for so long when upstream fails; default 1d
     */
    'stale-if-error'?: string
    /**
     * never removed to make room
     */
    pin?: boolean
    /**
     * URL prefixes that stand for the part of match before its first *
     */
    mirrors?: string[]
    /**
     * file of digests in the same folder, e.g. SHA256SUMS; what it does not list or lists otherwise is refused
     */
    checksums?: string
  }[]
  /**
   * life of a resource when neither request nor rule says; default 10d
   */
  'default-ttl'?: string
  /**
   * bytes kept at most, e.g. 500GiB; default 5GiB, 0 is no limit
   */
  quota?: string | number
  /**
   * percent of the quota above which idle resources are removed; default 75
   */
  'soft-percent'?: number
  /**
   * how long a resource must be unused to be removed above soft-percent; default 1h
   */
  idle?: string
  /**
   * while this file exists, health says 503; default DIR/shutdown
   */
  'shutdown-file'?: string
  /**
   * how long answers may go on after SIGTERM; default 30s
   */
  drain?: string
  /**
   * addresses and ranges that may use the cache; empty: everybody
   */
  'client-networks'?: string[]
  /**
   * proxies whose X-Forwarded-For is believed
   */
  'trusted-proxies'?: string[]
  /**
   * how upstream is asked
   */
  upstream?: {
    /**
     * attempts for the head of a response; default 16
     */
    retries?: number
    /**
     * attempts to go on with a cut body without progress; default 10
     */
    resumes?: number
    /**
     * default 8s
     */
    'connect-timeout'?: string
    /**
     * until a client gets a head or an error; default 30s
     */
    'first-byte-timeout'?: string
    /**
     * without a byte; default 60s
     */
    'stall-timeout'?: string
    /**
     * default 16
     */
    'connections-per-host'?: number
    /**
     * hops followed; default 10
     */
    redirects?: number
    /**
     * how long a failure is remembered; default 30s
     */
    'negative-ttl'?: string
    /**
     * how long a host that does not answer is left alone at first; default 10s
     */
    breaker?: string
  }
  /**
   * who may write and administer; reading stays open unless require-token
   */
  tokens?: {
    name: string
    /**
     * sha256 of the token, in hexadecimal
     */
    sha256: string
    /**
     * @minItems 1
     */
    scopes: ['read' | 'write' | 'admin', ...('read' | 'write' | 'admin')[]]
    /**
     * object namespaces, and repositories (owner/name) of Actions caches, it may use; none: all
     */
    namespaces?: string[]
    /**
     * refs whose Actions caches its jobs may change, e.g. refs/pull/*; absent: all
     */
    refs?: string[]
    /**
     * bytes it may store; 0 is no limit
     */
    quota?: string | number
    /**
     * requests a second, over ten seconds; 0 is no limit
     */
    rate?: number
  }[]
  /**
   * a token with scope read is needed to fetch
   */
  'require-token'?: boolean
  /**
   * ccache and sccache stores
   */
  namespaces?: {
    /**
     * first part of the path of its objects: /objects/NAME/…
     */
    name: string
    /**
     * bytes kept at most; the least recently used go first
     */
    quota?: string | number
    /**
     * largest object; default 1GiB
     */
    largest?: string | number
    /**
     * what may be done without a token; default read
     */
    anonymous?: 'none' | 'read' | 'write'
  }[]
  /**
   * GitHub's cache and artifact services
   */
  actions?: {
    /**
     * file with the key that signs tokens and URLs; made in DIR when absent
     */
    'secret-file'?: string
    /**
     * URL that runners reach this server by
     */
    'public-url'?: string
    /**
     * life of a signed URL; default 6h
     */
    'url-life'?: string
    /**
     * bytes of cache entries for each repository; default 10GiB
     */
    'cache-quota'?: string | number
    /**
     * cache entries unused for so long are removed; default 7d
     */
    'cache-idle'?: string
    /**
     * default days an artifact is kept; default 90
     */
    'artifact-days'?: number
  }
  /**
   * file for one JSON line per request; - is standard output
   */
  'access-log'?: string
  /**
   * another cache server, asked before upstream; upstream is asked when it cannot be reached or refuses
   */
  parent?: {
    /**
     * its address, e.g. http://site-cache:8080
     */
    url: string
    /**
     * file with a token of scope read there
     */
    'token-file'?: string
  }
  /**
   * S3-compatible storage behind the disk: read through, written back, shared by several servers
   */
  bucket?: {
    /**
     * e.g. http://ceph.lab:7480
     */
    endpoint: string
    /**
     * of the bucket, which must exist
     */
    name: string
    /**
     * default us-east-1
     */
    region?: string
    /**
     * before every key, e.g. lab/
     */
    prefix?: string
    /**
     * file with KEY-ID:SECRET; else AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
     */
    'credentials-file'?: string
  }
  /**
   * ADDRESS:PORT of the web pages and /metrics, which are then gone from the other address
   */
  'pages-listen'?: string
  /**
   * nginx's internal location of DIR/blobs/, e.g. /blobs/; used for requests of trusted-proxies
   */
  'x-accel-redirect'?: string
}
