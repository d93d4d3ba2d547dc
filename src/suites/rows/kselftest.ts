import type { Suite } from '#suites/suite'

/** Limit in minutes, collections, and the only devices where there are such. */
type Row = readonly [minutes: number, collections: string, devices?: readonly string[]]

/**
 * kselftest collections by limit; source: tuxlava's table, with its four misspelt
 * collection names put right (filesystems.binderfs, .epoll, .fat, drivers.net.hw).
 */
const rows: readonly Row[] = [
  [45, 'bpf'],
  [45, 'arm64', ['qemu-arm64', 'fvp-aemva']],
  [
    15,
    'drivers.net drivers.net.bonding drivers.net.dsa drivers.net.hw drivers.net.lib drivers.net.microchip drivers.net.mlxsw drivers.net.netdevsim drivers.net.ocelot drivers.net.team drivers.net.virtio_net drivers.usb.usbip fchmodat2 filesystems filesystems.binderfs filesystems.epoll filesystems.fat filesystems.overlayfs filesystems.statmount ftrace kvm memfd mm mount mqueue net net.af_unix net.mptcp net.rds net.tcp_ao netfilter nsfs perf_events rseq rtc seccomp tc-testing timers',
  ],
  [10, 'futex net.forwarding'],
  [
    5,
    'acct alsa amd-pstate cachestat capabilities cgroup clone3 connector core cpu-hotplug cpufreq damon devices-error_logs devices-probe dma dmabuf-heaps drivers drivers.dma-buf drivers.gpu drivers.sdsi efivarfs exec filesystems.eventfd firmware fpu gpio hid ia64 iommu ipc ir kcmp kmod landlock lib locking lsm membarrier memory-hotplug mincore mount_setattr move_mount_set_group nci net.hsr nolibc ntb openat2 pid_namespace pidfd prctl proc pstore ptp rcutorture resctrl rlimits rust safesetid sched sgx sigaltstack signal size splice static_keys sync sysctl tdx timens tmpfs tpm2 uevent user user_events vDSO watchdog zram',
  ],
  [5, 'intel_pstate livepatch ptrace x86', ['*-x86_64', '*-i386']],
  [5, 'kexec', ['*-x86_64', '*-i386', 'qemu-ppc64le']],
  [5, 'breakpoints', ['qemu-arm64', 'fvp-aemva', '*-x86_64']],
]

/** One suite for each collection; its name has `-` where the collection has `.`. */
export const kselftestSuites: readonly Suite[] = rows.flatMap(([timeoutMinutes, collections, devices = []]) =>
  collections.split(' ').map((collection) => ({
    name: `kselftest-${collection.replaceAll('.', '-')}`,
    kind: 'kselftest',
    summary: `kernel selftests, collection ${collection}`,
    timeoutMinutes,
    needsKconfig: [],
    needsPrograms: ['/opt/kselftests'],
    devices,
    parameters: { TST_CMDFILES: collection },
  })),
)
