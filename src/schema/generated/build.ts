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
      url?: string | null
      /**
       * hash of the tree of HEAD
       */
      tree?: string
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
  /**
   * first line of each tool's --version, where the build ran
   */
  tools?: {
    [k: string]: string
  }
  /**
   * where the build ran: the system is the container's, the rest the host's
   */
  machine?: {
    system: string | null
    system_version: string | null
    kernel: string
    machine: string
    cores: number
    memory_bytes: number
    disk_free_bytes: number
  }
  /**
   * what the build took
   */
  resources?: {
    /**
     * seconds of validate, prepare, build, finish
     */
    phases: {
      [k: string]: number
    }
    build_dir_bytes: number
  }
  /**
   * bytes
   */
  sizes?: {
    image: number | null
    vmlinux: number | null
    text: number | null
    data: number | null
    bss: number | null
    /**
     * bytes of each section of vmlinux, .bss included
     */
    sections: {
      [k: string]: number
    }
    /**
     * bytes of each installed module, by its path below lib/modules/<release>
     */
    modules: {
      [k: string]: number
    }
  }
  /**
   * what the compiler cache answered in this build
   */
  compiler_cache?: {
    tool: 'ccache' | 'sccache'
    hits: number
    misses: number
    direct_hits: number | null
    preprocessed_hits: number | null
  }
  /**
   * only with --baseline: the difference to another build
   */
  baseline?: {
    name: string
    commit: string | null
    kernel_version: string
    /**
     * different warnings and errors; diagnostics-new.ndjson and diagnostics-fixed.ndjson hold them
     */
    diagnostics: {
      new: number
      fixed: number
    }
    /**
     * what changed, the largest change first
     */
    sizes: {
      /**
       * image, vmlinux, text, data, bss, section <name> or module <path>
       */
      what: string
      before: number | null
      after: number | null
    }[]
  }
  /**
   * only when a finished build was taken from the cache instead of building
   */
  reused?: {
    key: Sha256
    built: Time
  }
  /**
   * a tuxmake command line for the same build, where one exists
   */
  tuxmake?: string | null
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
