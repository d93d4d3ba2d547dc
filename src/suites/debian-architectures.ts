/** Which Debian package archive has a static busybox for an architecture. */
export interface DebianArchitecture {
  /** Target architecture of a kernel, as `lkft build` names it. */
  readonly arch: string
  /** Debian's name for programs that run on it. */
  readonly debian: string
  /** Releases whose archives have it, tried in order. */
  readonly releases: readonly string[]
}

/**
 * Sorted by name. Debian 12 where it has the architecture; riscv64 became one in
 * Debian 13, and mirrors are not always whole, so newer ones follow. Source: the Release files of these suites.
 */
export const debianArchitectures: readonly DebianArchitecture[] = [
  { arch: 'arm64', debian: 'arm64', releases: ['bookworm'] },
  { arch: 'armel', debian: 'armel', releases: ['bookworm'] },
  { arch: 'armhf', debian: 'armhf', releases: ['bookworm'] },
  { arch: 'i386', debian: 'i386', releases: ['bookworm'] },
  { arch: 'mips64el', debian: 'mips64el', releases: ['bookworm'] },
  { arch: 'mipsel', debian: 'mipsel', releases: ['bookworm'] },
  { arch: 'powerpc64le', debian: 'ppc64el', releases: ['bookworm'] },
  { arch: 'riscv', debian: 'riscv64', releases: ['trixie', 'forky', 'sid'] },
  { arch: 's390', debian: 's390x', releases: ['bookworm'] },
  { arch: 'x86_64', debian: 'amd64', releases: ['bookworm'] },
]
