import type { Suite } from '#suites/suite'

/** mmtests configurations by iterations; source: tuxlava's table. */
const rows: readonly (readonly [iterations: number, configurations: string])[] = [
  [
    10,
    'db-sqlite-insert-small io-fio-randread-async-randwrite io-fio-randread-async-seqwrite io-fio-randread-sync-heavywrite io-fio-randread-sync-randwrite io-fsmark-small-file-stream scheduler-schbench scheduler-sysbench-cpu scheduler-sysbench-thread workload-aim9-disk workload-ebizzy workload-pmqtest-hackbench workload-stressng-af-alg workload-stressng-bad-altstack workload-stressng-class-io-parallel workload-stressng-context workload-stressng-fork workload-stressng-get workload-stressng-getdent workload-stressng-madvise workload-stressng-mmap workload-stressng-vm-splice workload-stressng-zombie workload-unixbench workload-usemem workload-will-it-scale-io-processes workload-will-it-scale-io-threads workload-will-it-scale-pf-processes workload-will-it-scale-pf-threads workload-will-it-scale-sys-processes workload-will-it-scale-sys-threads',
  ],
  [15, 'workload-cyclictest-fine-hackbench'],
  [
    20,
    'hpc-scimarkc-small memdb-redis-benchmark-small memdb-redis-memtier-small workload-coremark workload-cyclictest-hackbench',
  ],
  [30, 'io-blogbench'],
]

/** One suite for each configuration. */
export const mmtestsSuites: readonly Suite[] = rows.flatMap(([iterations, configurations]) =>
  configurations.split(' ').map((name) => ({
    name: `mmtests-${name}`,
    kind: 'mmtests',
    summary: `mmtests, configuration ${name}`,
    timeoutMinutes: 90,
    needsKconfig: [],
    needsPrograms: ['/opt/mmtests'],
    devices: ['qemu-arm64', 'qemu-x86_64'],
    parameters: { MMTESTS_CONFIG: `configs/config-${name}`, ITERATIONS: String(iterations) },
  })),
)
