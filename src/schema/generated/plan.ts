// Generated from schemas/ by `npm run generate`. Do not edit.

/**
 * lkft.yaml: what to build, boot and test, and when a report fails
 */
export interface Plan {
  /**
   * for editors
   */
  $schema?: string
  version: 1
  /**
   * shown in reports
   */
  name: string
  /**
   * kernel tree of local runs: directory, git URL or tarball URL; the checked-out tree when absent
   */
  source?: string
  /**
   * @minItems 1
   */
  builds: [
    {
      /**
       * default: arch-toolchain-kconfig
       */
      name?: string
      /**
       * one or more target architectures
       */
      'target-arch': string | [string, ...string[]]
      /**
       * one or more toolchains; gcc when absent
       */
      toolchain?: string | [string, ...string[]]
      /**
       * base configurations, one build each; defconfig when absent
       */
      kconfig?: string | [string, ...string[]]
      /**
       * fragments of every build of this entry
       */
      'kconfig-add'?: string[]
      targets?: string[]
      'make-variables'?: {
        [k: string]: string
      }
      environment?: {
        [k: string]: string
      }
      runtime?: 'null' | 'podman' | 'docker' | 'podman-local' | 'docker-local'
      image?: string
      /**
       * of one build
       */
      'timeout-minutes'?: number
    },
    ...{
      /**
       * default: arch-toolchain-kconfig
       */
      name?: string
      /**
       * one or more target architectures
       */
      'target-arch': string | [string, ...string[]]
      /**
       * one or more toolchains; gcc when absent
       */
      toolchain?: string | [string, ...string[]]
      /**
       * base configurations, one build each; defconfig when absent
       */
      kconfig?: string | [string, ...string[]]
      /**
       * fragments of every build of this entry
       */
      'kconfig-add'?: string[]
      targets?: string[]
      'make-variables'?: {
        [k: string]: string
      }
      environment?: {
        [k: string]: string
      }
      runtime?: 'null' | 'podman' | 'docker' | 'podman-local' | 'docker-local'
      image?: string
      /**
       * of one build
       */
      'timeout-minutes'?: number
    }[]
  ]
  boots?: {
    /**
     * one or more virtual devices
     */
    device: string | [string, ...string[]]
    /**
     * names of builds, * allowed; every build of the device's architecture when absent
     */
    builds?: string | [string, ...string[]]
    /**
     * @minItems 1
     */
    suites: [string, ...string[]]
    /**
     * of one run
     */
    'timeout-minutes'?: number
    shards?: number
    'boot-args'?: string
  }[]
  labs?: {
    /**
     * board file, relative to lkft.yaml
     */
    board: string
    /**
     * labels of the lab runner; [self-hosted, board:<name>] when absent
     */
    'runs-on'?: string | [string, ...string[]]
    /**
     * names of builds, * allowed
     */
    builds?: string | [string, ...string[]]
    /**
     * @minItems 1
     */
    suites: [string, ...string[]]
    'timeout-minutes'?: number
  }[]
  report?: {
    'fail-on'?: ('regression' | 'new-failure' | 'crash' | 'build-failure' | 'warning' | 'lost' | 'incomplete')[]
    /**
     * file, relative to lkft.yaml
     */
    'known-issues'?: string
  }
}
