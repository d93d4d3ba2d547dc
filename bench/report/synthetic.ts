import { addResult, type ResultTable } from '#results/result-table'

/** A small generator of numbers in 0…1 that a seed fixes (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const words =
  'read write open close mmap fork clone exec pipe poll futex signal timer socket bind listen accept sendmsg recvmsg ' +
  'ioctl fcntl stat mount chroot ptrace wait kill sched affinity cgroup memcg hugepage madvise mlock swap shm sem msg ' +
  'keyctl bpf xdp tcp udp sctp vlan bridge veth bond route nft ipsec seccomp landlock selinux audit fanotify inotify'

/** A test as it is in every build; `steady` is its usual status. */
export interface SyntheticKey {
  /** Number of its name, the same in all environments. */
  readonly name: number
  readonly environment: string
  readonly suite: string
  readonly test: string
  readonly steady: 'pass' | 'fail' | 'skip'
}

/** `names` tests over `environments` boards, with the shares of statuses of a real LKFT build. */
export function makeKeys(names: number, environments: number, seed: number): SyntheticKey[] {
  const random = seeded(seed)
  const list = words.split(' ')
  const pick = (): string => list[Math.floor(random() * list.length)] ?? ''
  const keys: SyntheticKey[] = []
  for (let index = 0; index < names; index++) {
    const suite = `${['ltp', 'kselftest', 'kunit', 'libhugetlbfs', 'perf'][index % 5]}-${list[Math.floor(index / 150) % list.length]}`
    const test = `${pick()}_${pick()}${String(Math.floor(random() * 90)).padStart(2, '0')}${index % 3 === 0 ? `.${pick()}` : ''}_${index}`
    for (let environment = 0; environment < environments; environment++) {
      const share = random()
      const steady = share < 0.867 ? 'pass' : share < 0.975 ? 'skip' : 'fail'
      keys.push({
        name: index,
        environment: `board-${environment}-${['gcc', 'clang'][environment % 2]}`,
        suite,
        test,
        steady,
      })
    }
  }
  return keys
}

/** One build: 0.5 % of the results differ from the usual, 1 % of the names come and go. */
export function makeBuild(keys: readonly SyntheticKey[], build: number): ResultTable {
  const random = seeded(build * 7919 + 17)
  const table: ResultTable = new Map()
  for (const { name: number, environment, suite, test, steady } of keys) {
    const flips = random() < 0.005
    const name = (number * 2_654_435_761) % 100 === build % 100 ? `${test}_v${build}` : test
    const status = flips ? (steady === 'pass' ? 'fail' : 'pass') : steady
    addResult(table, environment, suite, name, { kernel: 0, run: 0, status, message: undefined })
  }
  return table
}
