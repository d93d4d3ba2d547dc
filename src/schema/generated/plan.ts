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
   * foreign kernel trees that watch.yml polls: one run per new commit
   *
   * @minItems 1
   */
  trees?: [
    {
      name: string
      /**
       * git URL
       */
      url: string
      /**
       * branches to follow, * allowed; the remote's HEAD when absent
       */
      branches?: string | [string, ...string[]]
      /**
       * hours after a new commit is seen in which its review is due, 48 for a stable release candidate; none when absent
       */
      'review-hours'?: number
    },
    ...{
      name: string
      /**
       * git URL
       */
      url: string
      /**
       * branches to follow, * allowed; the remote's HEAD when absent
       */
      branches?: string | [string, ...string[]]
      /**
       * hours after a new commit is seen in which its review is due, 48 for a stable release candidate; none when absent
       */
      'review-hours'?: number
    }[]
  ]
  /**
   * which changed paths need no work; asked only when a push or pull request says what it changed
   */
  changes?: {
    /**
     * globs of paths that no build depends on; a set of our own (Documentation, MAINTAINERS, …) when absent
     */
    ignore?: string[]
    /**
     * a change only below arch/<name>/ builds only that architecture; true when absent
     */
    'by-architecture'?: boolean
  }
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
      /**
       * image make target instead of the architecture's own, e.g. Image
       */
      'kernel-image'?: string
      'make-variables'?: {
        [k: string]: string
      }
      environment?: {
        [k: string]: string
      }
      runtime?: 'null' | 'podman' | 'docker' | 'podman-local' | 'docker-local'
      image?: string
      /**
       * take an image that has no digest in the lkft.lock beside this file
       */
      'allow-unpinned'?: boolean
      /**
       * of one build
       */
      'timeout-minutes'?: number
      /**
       * combinations of this entry that are not built; a field that is absent matches every value
       */
      exclude?: {
        /**
         * architectures
         */
        'target-arch'?: string | [string, ...string[]]
        /**
         * toolchains
         */
        toolchain?: string | [string, ...string[]]
        /**
         * base configurations
         */
        kconfig?: string | [string, ...string[]]
      }[]
      /**
       * further combinations, with the rest of this entry
       */
      include?: {
        'target-arch'?: string
        toolchain?: string
        kconfig?: string
        /**
         * added to the entry's fragments
         */
        'kconfig-add'?: string[]
      }[]
      /**
       * build every commit of a pull request too, each from the one before, and name the one that breaks the build or warns
       */
      'per-commit'?: boolean
      /**
       * build only when a changed path matches one of these globs
       *
       * @minItems 1
       */
      paths?: [string, ...string[]]
      /**
       * labels of the runner that builds; the workflow's default when absent
       */
      'runs-on'?: string | [string, ...string[]]
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
      /**
       * image make target instead of the architecture's own, e.g. Image
       */
      'kernel-image'?: string
      'make-variables'?: {
        [k: string]: string
      }
      environment?: {
        [k: string]: string
      }
      runtime?: 'null' | 'podman' | 'docker' | 'podman-local' | 'docker-local'
      image?: string
      /**
       * take an image that has no digest in the lkft.lock beside this file
       */
      'allow-unpinned'?: boolean
      /**
       * of one build
       */
      'timeout-minutes'?: number
      /**
       * combinations of this entry that are not built; a field that is absent matches every value
       */
      exclude?: {
        /**
         * architectures
         */
        'target-arch'?: string | [string, ...string[]]
        /**
         * toolchains
         */
        toolchain?: string | [string, ...string[]]
        /**
         * base configurations
         */
        kconfig?: string | [string, ...string[]]
      }[]
      /**
       * further combinations, with the rest of this entry
       */
      include?: {
        'target-arch'?: string
        toolchain?: string
        kconfig?: string
        /**
         * added to the entry's fragments
         */
        'kconfig-add'?: string[]
      }[]
      /**
       * build every commit of a pull request too, each from the one before, and name the one that breaks the build or warns
       */
      'per-commit'?: boolean
      /**
       * build only when a changed path matches one of these globs
       *
       * @minItems 1
       */
      paths?: [string, ...string[]]
      /**
       * labels of the runner that builds; the workflow's default when absent
       */
      'runs-on'?: string | [string, ...string[]]
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
     * suites in the order they run; see lkft suites
     *
     * @minItems 1
     */
    suites: [string, ...string[]]
    /**
     * of one run
     */
    'timeout-minutes'?: number
    /**
     * runs over which the suites are spread, balanced by how long each took last time
     */
    shards?: number
    /**
     * words added to the kernel command line
     */
    'boot-args'?: string
    /**
     * boot this image or build directory (file or URL) in place of a build of this plan
     */
    kernel?: string
    /**
     * modules archive that goes with `kernel`
     */
    modules?: string
    /**
     * root file system or cpio archive; lkft's own when absent
     */
    rootfs?: string
    /**
     * labels of the runner that boots; the workflow's default when absent
     */
    'runs-on'?: string | [string, ...string[]]
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
     * names of builds, * allowed; every build of the board's architecture when absent
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
    /**
     * the board's type, when its file is only on the lab's machine
     */
    device?: string
    /**
     * the board's architecture, when its file is only on the lab's machine
     */
    arch?: string
  }[]
  report?: {
    /**
     * what makes a report fail; regression when absent
     */
    'fail-on'?: (
      | 'regression'
      | 'confirmed'
      | 'metric'
      | 'new-failure'
      | 'still-failing'
      | 'crash'
      | 'lost'
      | 'new-skip'
      | 'flaky'
      | 'warning'
      | 'missing'
    )[]
    /**
     * file, relative to lkft.yaml
     */
    'known-issues'?: string
  }
}
