/** What the project says of itself and shows by running it; docs/evidence.md has a row for each. */
export const claims = {
  'quickstart-cold':
    'npm run quickstart on a clean clone of a fresh Debian 12 with Node 20 ends with 0 and names the broken KUnit case as the one regression',
  'quickstart-again': 'the second npm run quickstart in the same clone takes under 90 s',
  'plan-scale': 'lkft plan of 5,000 builds and 20,000 runs: valid matrices, none over the limits, under 2 s',
  'unit-seconds': 'npm run test:unit takes under 60 s',
  'boot-x86_64': 'lkft build and lkft boot of an x86_64 kernel, with KUnit suites',
  'boot-arm64': 'lkft build and lkft boot of an arm64 kernel, with KUnit suites',
  'boot-riscv64': 'lkft build and lkft boot of a riscv64 kernel, with KUnit suites',
  'boot-i386': 'lkft boot of Debian’s i386 kernel on qemu-i386',
  'boot-armhf': 'lkft boot of Debian’s armhf kernel on qemu-armv7',
  'boot-ppc64el': 'lkft boot of Debian’s ppc64el kernel on qemu-ppc64le',
  'boot-s390x': 'lkft boot of Debian’s s390x kernel on qemu-s390',
  'boot-mipsel': 'lkft boot of Debian’s mipsel kernel on qemu-mips32el, with a processor that its programs run on',
  'boot-mips64el': 'lkft boot of Debian’s mips64el kernel on qemu-mips64el',
  'build-x86_64-gcc':
    'lkft build of an x86_64 kernel with gcc, with modules and headers, in a podman container of Debian packages',
  'build-x86_64-kselftest': 'lkft build of selftests of the tree, in a podman container of Debian packages',
  'build-arm64-dtbs': 'lkft build of device trees for arm64, in a podman container of Debian packages',
  'build-arm64-llvm': 'lkft build of an arm64 kernel with LLVM=1, in a podman container of Debian packages',
  'build-i386-gcc': 'lkft build of an i386 kernel with gcc, in a podman container of Debian packages',
  'build-um-gcc': 'lkft build of a user-mode kernel with gcc, in a podman container of Debian packages',
  'build-engines': 'docker, podman as root and rootless podman make the same bytes of real kernel objects with DWARF',
  'boot-disk': 'lkft boot on an ext4 disk that knows nothing of lkft, with Debian’s kernel and modules',
  'template-x86_64': 'lkft boot --template on x86_64: each further run is a copy of the booted machine',
  'template-arm64': 'lkft boot --template on arm64: each further run is a copy of the booted machine',
  'speed-copy': 'a copy of a frozen machine gives its first output byte within 0.25 s of the request (bench/boot.ts)',
  'speed-panic': 'a panic in a test is a verdict within 3 s of the panic line (bench/boot.ts)',
  'speed-quiet': 'a quiet machine costs the host at most 3 % of a core besides QEMU (bench/boot.ts)',
  failures: 'the ten ways to fail that TuxRun tells wrong or waits out, each told as what it is',
  'lab-cache':
    'the arm64 kernel on the virtual U-Boot board by lkft lab run, its artifacts fetched once through lkft cache serve by three readers at once',
  'kill-build':
    'lkft build killed with SIGTERM 20 times at random: no process left after 1 s, directory valid and cancelled',
  'kill-boot':
    'lkft boot killed with SIGTERM 20 times at random: no process left after 1 s, directory valid and cancelled',
  'cache-bucket':
    "two cache servers share a bucket of Ceph's radosgw: one download from upstream, the second reads it from the bucket",
  'cache-crowd':
    '1,000 clients of 200 files from an origin that fails 20 % of requests and cuts 20 % of bodies: every body right, each file fetched once in full',
  'cache-lava':
    "three of LAVA's dispatchers at once (HEAD, then GET, by python3-requests): one download, every body right",
  'cache-faults':
    'the cache server over broken upstreams: each retry status, cuts with and without ranges, changed files, lying lengths, forced gzip, stalls, dead and refused hosts, redirects',
  'cache-kills': 'the cache server killed with SIGKILL 50 times at random moments: only whole, verified files are left',
  'cache-clients':
    '@actions/cache 4 and 5 and @actions/artifact 2, 4 and 5, unmodified, save, restore, upload, list, download and delete on the cache server',
  'suite-kselftest': "lkft boot runs the tree's selftests size, futex, seccomp and timers on Debian’s kernel",
  'suite-modules': 'lkft boot loads and unloads modules of Debian’s kernel and looks at the memory',
  'suite-perf': 'lkft boot runs Debian’s perf: record, report, stat and its own tests',
  'console-fuzz':
    'a million mutated console lines and bytes, read for crashes and as KTAP, throw nothing and fill no memory',
  'ktap-kernel': "lkft ktap reads the kernel's own KTAP fixtures as the kernel's own KUnit parser does",
  'report-confirmed':
    'on made-up histories of flaky and broken tests, confirmed regressions have a precision of at least 0.99 and a recall of at least 0.97',
  'report-metrics': 'on made-up series of measurements there is at most one false alarm in 1,000',
  'results-size':
    'what 200 builds of 170,000 results take in a results repository, 1 % of the names and 0.5 % of the results changing',
  'results-speed':
    'what is asked of a results repository of 200 builds of 170,000 results, each in a process of its own',
  'results-writers': 'two writers push 50 builds each at once to one branch for results: 100 builds are there',
  'cache-speed-cold':
    'the cache server, 50 clients at once on a file of 200 MiB that it does not have, from an origin at 40 MiB/s (wanted: 1 fetch, first byte p50 20 ms, 1.10 of the floor, 150 MB)',
  'cache-speed-second': 'the cache server, a second client 2.5 s into a download (wanted: first byte within 5 ms)',
  'cache-speed-large':
    'the cache server, a kept file of 200 MiB to 1, 16 and 64 clients beside nginx with sendfile (wanted: 0.95 of its throughput, 3.5 of its CPU per GB, 200 MB)',
  'cache-speed-small':
    'the cache server, kept files of 1 KiB to 64 clients beside nginx (wanted: 0.5 of nginx, 100 times KissCache’s 164/s of the reference)',
  'cache-speed-idle': 'the cache server, 10,000 idle keep-alive clients (wanted: 250 MB)',
  'cache-speed-restore':
    'the cache server, 200 MB restored by the unmodified @actions/cache (wanted: 0.7 of what falcondev’s server takes)',
  'dashboard-history':
    'the dashboard shows the history of a test over 200 builds of 170,000 results in Chromium within 1 s and 1 MB transferred',
} as const

export type Claim = keyof typeof claims
