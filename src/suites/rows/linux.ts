import type { Suite, SuiteKind } from '#suites/suite'

/** A row without what most rows have not. */
interface Row extends Partial<Suite> {
  readonly name: string
  readonly kind: SuiteKind
  readonly summary: string
  readonly timeoutMinutes: number
}

/** A suite of programs in the guest: `TESTS` holds `name=command`, parted by `;;`. */
function programs(name: string, timeoutMinutes: number, summary: string, row: Partial<Suite>): Row {
  return { name, kind: 'programs', summary, timeoutMinutes, ...row }
}

function xfstests(name: string): Row {
  return {
    name: `xfstests-${name}`,
    kind: 'xfstests',
    summary: `xfstests on ${name}`,
    timeoutMinutes: 90,
    needsKconfig: [
      name
        .toUpperCase()
        .replace('EXT4', 'EXT4_FS')
        .replace(/^(BTRFS|F2FS|NILFS2|XFS)$/, '$1_FS'),
      'BLK_DEV_LOOP',
    ],
    needsPrograms: ['/opt/xfstests', `mkfs.${name}`],
    devices: ['qemu-arm64', 'qemu-x86_64', 'fvp-aemva'],
    parameters: { FILESYSTEM: name, TEST_DEV: '/dev/loop0', SCRATCH_DEV: '/dev/loop1' },
  }
}

function rtTests(name: string, command: string): Row {
  return programs(`rt-tests-${name}`, 7, `rt-tests: ${name} for DURATION`, {
    needsPrograms: [command.split(' ')[0] ?? ''],
    parameters: {
      DURATION: '5m',
      ITERATIONS: '1',
      TESTS: `${name}=for round in $(seq "$ITERATIONS"); do ${command} || exit 1; done`,
      FORMAT: 'rt-tests',
    },
  })
}

/** Suites other than the big collections; limits and parameters as tuxlava has them. Sorted by name. */
const rows: readonly Row[] = [
  {
    name: 'boot',
    kind: 'boot',
    summary: 'the kernel starts, reaches its init and says nothing bad on the way',
    timeoutMinutes: 15,
  },
  { name: 'commands', kind: 'commands', summary: 'your own shell commands, one test each', timeoutMinutes: 2 },
  {
    name: 'kunit',
    kind: 'kunit',
    summary: 'KUnit tests built into the kernel, then those in modules',
    timeoutMinutes: 20,
    needsKconfig: ['KUNIT'],
    parameters: { KUNIT_TEST_MODULE: '' },
  },
  programs('kvm-unit-tests', 15, 'kvm-unit-tests, TAP', {
    needsKconfig: ['KVM'],
    needsPrograms: ['/opt/kvm-unit-tests', 'bash'],
    parameters: {
      SMP: 'true',
      TESTS: 'run_tests=cd /opt/kvm-unit-tests && ./run_tests.sh -t ${SMP:+-j $(nproc)}',
      FORMAT: 'ktap',
    },
  }),
  programs('libgpiod', 25, "libgpiod's own tests on simulated chips", {
    needsKconfig: ['GPIO_SIM'],
    needsPrograms: ['gpiod-test'],
    parameters: { TESTS: 'gpiod-test=gpiod-test --tap', FORMAT: 'ktap' },
  }),
  programs('libhugetlbfs', 45, "libhugetlbfs' own tests, 64-bit", {
    needsKconfig: ['HUGETLBFS'],
    needsPrograms: ['/opt/libhugetlbfs', 'python3'],
    parameters: {
      WORD_SIZE: '64',
      TESTS: 'run_tests=cd /opt/libhugetlbfs/tests && ./run_tests.py -b "$WORD_SIZE"',
      FORMAT: 'libhugetlbfs',
    },
  }),
  {
    name: 'modules',
    kind: 'modules',
    summary: 'loads and unloads every module, and looks whether it gives its memory back',
    timeoutMinutes: 20,
    needsKconfig: ['MODULE_UNLOAD'],
    needsPrograms: ['/lib/modules'],
    parameters: {
      MODULES_LIST: '',
      MODULES_SUBDIRS: '',
      SKIPLIST: '',
      MODULE_MODPROBE_NUMBER: '1',
      MEMORY_TOLERANCE: '2048',
    },
  },
  programs('network-basic', 25, 'links, loopback and an address by DHCP; needs --network', {
    needsKconfig: ['NET'],
    parameters: {
      TESTS: 'ip-link=ip link;;loopback=ping -c 3 127.0.0.1;;dhcp=udhcpc -n -q -s /bin/true',
      FORMAT: 'ping',
    },
  }),
  programs('perf', 30, "perf's own tests", {
    needsKconfig: ['PERF_EVENTS'],
    needsPrograms: ['perf'],
    parameters: {
      TESTS:
        'record=cd /tmp && perf record -e cpu-clock -o p.data -- sleep 1;;report=cd /tmp && perf report -i p.data --stdio;;stat=perf stat -- sleep 1;;test=perf test',
      FORMAT: 'perf-test',
    },
  }),
  {
    name: 'rcutorture',
    kind: 'rcutorture',
    summary: "the kernel's own RCU torture test, ten minutes",
    timeoutMinutes: 15,
    needsKconfig: ['RCU_TORTURE_TEST'],
    parameters: { TORTURE_TIME: '600' },
  },
  rtTests('cyclicdeadline', 'cyclicdeadline -q -D "$DURATION"'),
  rtTests('pi-stress', 'pi_stress --quiet -D "$DURATION"'),
  rtTests('pmqtest', 'pmqtest -q -S -D "$DURATION"'),
  rtTests('rt-migrate-test', 'rt-migrate-test -c -D "$DURATION"'),
  rtTests('signaltest', 'signaltest -q -D "$DURATION"'),
  programs('smoke', 5, 'pwd, uname, ip and dmesg work', {
    parameters: { TESTS: 'pwd=pwd;;uname=uname -a;;ip=ip a;;dmesg=dmesg' },
  }),
  programs('sysfs-interface-framework', 10, 'sysfs holds its classes, devices and buses', {
    parameters: { TESTS: 'class=ls /sys/class/*;;devices=ls /sys/devices/*;;bus=ls /sys/bus/*' },
  }),
  programs('systemd-analyze', 5, 'how long systemd took to boot', {
    needsPrograms: ['systemd-analyze'],
    parameters: { TESTS: 'time=systemd-analyze time;;blame=systemd-analyze blame', FORMAT: 'systemd-analyze' },
  }),
  programs('tcpreplay', 7, 'tcpreplay loops packets over a virtual link', {
    needsPrograms: ['tcpreplay', '/opt/tcpreplay'],
    parameters: { TESTS: 'replay=tcpreplay -i lo --topspeed /opt/tcpreplay/test.pcap' },
  }),
  programs('usb-gadget-framework', 10, 'a USB gadget on a simulated controller', {
    needsKconfig: ['USB_DUMMY_HCD'],
    parameters: { TESTS: 'dummy-hcd=modprobe dummy_hcd;;zero=modprobe g_zero && sleep 2 && modprobe -r g_zero' },
  }),
  programs('v4l2', 25, 'v4l2-compliance on the virtual video driver', {
    needsKconfig: ['VIDEO_VIVID'],
    needsPrograms: ['v4l2-compliance'],
    parameters: {
      VIDEO_DRIVER: 'vivid',
      VIDEO_DEVICE: '/dev/video0',
      TESTS: 'compliance=modprobe "$VIDEO_DRIVER"; v4l2-compliance -d "$VIDEO_DEVICE"',
      FORMAT: 'v4l2-compliance',
    },
  }),
  programs('vdso', 15, 'vdsotest: every function of the vDSO', {
    needsPrograms: ['/opt/vdsotest'],
    parameters: { TESTS: 'all=cd /opt/vdsotest && ./vdsotest-all', FORMAT: 'vdsotest' },
  }),
  ...['btrfs', 'ext4', 'f2fs', 'nilfs2', 'xfs'].map(xfstests),
]

/** The rows with every field. */
export const linuxSuites: readonly Suite[] = rows.map((row) => ({
  needsKconfig: [],
  needsPrograms: [],
  devices: [],
  parameters: {},
  ...row,
}))
