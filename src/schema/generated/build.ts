// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * RFC 3339 time in UTC
 */
export type Time = string
export type Sha256 = string

/**
 * build.json: what one build made, and how it ended
 */
export interface Build {
  version: 1
  kind: 'build'
  /**
   * running: written at the start and not finished; no later stage takes it for whole
   */
  state: 'running' | 'done' | 'cancelled'
  verdict: ('pass' | 'fail' | 'crash' | 'hang' | 'timeout' | 'error' | 'infra' | 'cancelled') | null
  /**
   * why the verdict is not pass
   */
  cause: {
    /**
     * a code of docs/errors.md, or the kind of a crash
     */
    code: string
    /**
     * one line
     */
    message: string
    /**
     * what to change
     */
    hint?: string
  } | null
  /**
   * name of the build, unique in a plan, e.g. x86_64-gcc-tinyconfig
   */
  name: string
  started: Time
  finished: Time | null
  duration_seconds: number
  request: {
    target_arch: string
    toolchain: string
    llvm: boolean
    /**
     * base configuration
     */
    kconfig: string
    kconfig_add: string[]
    targets: string[]
    make_variables: {
      [k: string]: string
    }
    environment: {
      [k: string]: string
    }
    runtime: string
    image: string | null
    jobs: number
  }
  source: {
    /**
     * make kernelversion
     */
    kernel_version: string
    /**
     * make kernelrelease
     */
    kernel_release: string | null
    git: {
      commit: string
      branch: string | null
      describe: string | null
      dirty: boolean
    } | null
  }
  compiler: {
    name: string
    version: string
    /**
     * first line of --version
     */
    full: string
  } | null
  container: {
    runtime: string
    image: string
    digest: string | null
  } | null
  targets: {
    name: string
    status: 'pass' | 'fail' | 'skip' | 'warning'
    duration_seconds: number
    /**
     * one make call built several targets; the duration is of all of them
     */
    shared: boolean
    /**
     * why it was skipped or failed
     */
    reason: string | null
  }[]
  artifacts: Artifact[]
  /**
   * name of the bootable image among the artifacts
   */
  kernel: string | null
  kconfig: {
    sha256: Sha256 | null
    requested: {
      symbol: string
      value: string
      /**
       * value in the final .config
       */
      final: string
      status: 'applied' | 'overridden' | 'dropped'
      reason: string | null
    }[]
  }
  diagnostics: {
    errors: number
    warnings: number
    /**
     * count per compiler flag, e.g. -Wunused-variable
     */
    by_flag: {
      [k: string]: number
    }
  }
  /**
   * the command that repeats this build
   */
  reproduce: string | null
  lkft: {
    version: string
  }
  /**
   * only after --verify-reproducible: what a second build in other places gave
   */
  reproducible?: {
    verified: boolean
    differences: {
      artifact: string
      /**
       * file inside an archive, or the artifact itself
       */
      file: string
      /**
       * ELF section or other place
       */
      section: string | null
    }[]
  }
}
export interface Artifact {
  /**
   * file name inside the directory
   */
  name: string
  kind: 'kernel' | 'vmlinux' | 'system-map' | 'config' | 'modules' | 'headers' | 'dtbs' | 'log' | 'other'
  /**
   * bytes
   */
  size: number
  sha256: Sha256
}
