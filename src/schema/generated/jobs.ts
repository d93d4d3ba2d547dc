// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * jobs.json: a plan spelled out, one cell per job; what the plan action hands to every other job
 */
export interface Jobs {
  version: 1
  kind: 'jobs'
  /**
   * of the plan
   */
  name: string
  source: string | null
  builds: Build[]
  boots: Boot[]
  labs: Lab[]
  /**
   * what the plan names and nobody runs
   */
  skipped: {
    kind: 'build' | 'boot' | 'lab'
    name: string
    /**
     * one sentence
     */
    reason: string
  }[]
  /**
   * which cells one call of the shard workflow takes: at most 256 of each kind
   */
  shards: {
    /**
     * e.g. s1
     */
    id: string
    /**
     * 2: only runs, of builds of wave 1
     */
    wave: 1 | 2
    builds: string[]
    boots: string[]
    labs: string[]
    /**
     * expected, of all its jobs together
     */
    minutes: number
  }[]
  report: {
    fail_on: string[] | null
    known_issues: string | null
  }
}
/**
 * one kernel build
 */
export interface Build {
  /**
   * short name in matrices, e.g. b1
   */
  id: string
  /**
   * unique in the plan; also the name of its directory and artifact
   */
  name: string
  /**
   * equal for builds that make the same kernel from the same tree
   */
  key: string
  /**
   * names of equal builds of the plan, which this one stands for
   */
  also: string[]
  target_arch: string
  toolchain: string
  kconfig: string
  kconfig_add: string[]
  /**
   * empty: lkft's default
   */
  targets: string[]
  /**
   * null: the architecture's own
   */
  kernel_image: string | null
  make_variables: {
    [k: string]: string
  }
  environment: {
    [k: string]: string
  }
  runtime: ('null' | 'podman' | 'docker' | 'podman-local' | 'docker-local') | null
  image: string | null
  /**
   * commits of the pull request, oldest first, that are built one after the other
   */
  per_commit?: string[]
  /**
   * take an image without a digest in lkft.lock
   */
  allow_unpinned?: boolean
  timeout_minutes: number | null
  runs_on: string[] | null
  /**
   * expected
   */
  minutes: number
}
/**
 * one boot on a virtual device and its suites
 */
export interface Boot {
  /**
   * short name in matrices, e.g. r1
   */
  id: string
  /**
   * unique in the plan; also the name of its directory and artifact
   */
  name: string
  /**
   * what comparisons key on
   */
  environment: string
  device: string
  /**
   * target architecture of its kernel
   */
  arch: string
  /**
   * image or build directory (file or URL) when no build of the plan is booted
   */
  kernel: string | null
  modules: string | null
  rootfs: string | null
  /**
   * which part of the suites this is
   */
  shard: {
    index: number
    count: number
  } | null
  boot_args: string | null
  runs_on: string[] | null
  build: string | null
  suites: string[]
  timeout_minutes: number | null
  /**
   * expected
   */
  minutes: number
}
/**
 * one run on a real board
 */
export interface Lab {
  /**
   * short name in matrices, e.g. l1
   */
  id: string
  /**
   * unique in the plan; also the name of its directory and artifact
   */
  name: string
  /**
   * what comparisons key on
   */
  environment: string
  /**
   * board file, as the plan names it
   */
  board: string
  runs_on: string[]
  build: string | null
  suites: string[]
  timeout_minutes: number | null
  /**
   * expected
   */
  minutes: number
}
