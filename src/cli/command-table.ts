import type { Command } from 'commander'

/** One subcommand: listed by `lkft --help` without being loaded. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  /** Loads the module that adds arguments, options, help examples and the action. */
  readonly load: () => Promise<{ define: (command: Command) => void }>
}

/** All subcommands in the order of the work. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: 'doctor',
    summary: 'what is installed and what is missing on this machine',
    load: () => import('#cli/doctor'),
  },
  { name: 'run', summary: 'run a whole plan (lkft.yaml) on this machine', load: () => import('#cli/run') },
  { name: 'plan', summary: 'explain a plan and print its jobs', load: () => import('#cli/plan') },
  { name: 'watch', summary: 'poll foreign trees and claim their new commits', load: () => import('#cli/watch') },
  { name: 'build', summary: 'build a kernel into a build directory', load: () => import('#cli/build') },
  { name: 'boot', summary: 'boot a kernel on a virtual device and run suites on it', load: () => import('#cli/boot') },
  { name: 'lab', summary: 'boot a kernel on a real board and run suites on it', load: () => import('#cli/lab') },
  {
    name: 'bisect',
    summary: 'find the commit that broke a test, the boot or the build',
    load: () => import('#cli/bisect'),
  },
  {
    name: 'commits',
    summary: 'build every commit of a series; name those that break the build or warn',
    load: () => import('#cli/commits'),
  },
  { name: 'compare', summary: 'compare results with a baseline', load: () => import('#cli/compare') },
  { name: 'report', summary: 'compare and write report.json, .md, .html and JUnit', load: () => import('#cli/report') },
  {
    name: 'confirm',
    summary: 'run regressions again on both kernels, to tell them from chance',
    load: () => import('#cli/confirm'),
  },
  {
    name: 'results',
    summary: 'keep results in a git branch and ask it for histories',
    load: () => import('#cli/results'),
  },
  { name: 'log', summary: 'find crashes and other kernel splats in a console log', load: () => import('#cli/log') },
  { name: 'ktap', summary: 'parse KTAP or TAP into tests', load: () => import('#cli/ktap') },
  { name: 'cache', summary: 'serve and query the cache server', load: () => import('#cli/cache') },
  {
    name: 'images',
    summary: 'record and list the digests of container images',
    load: () => import('#cli/images'),
  },
  {
    name: 'rootfs',
    summary: 'list published root file systems and record their digests',
    load: () => import('#cli/rootfs'),
  },
  { name: 'devices', summary: 'list the virtual devices', load: () => import('#cli/devices') },
  {
    name: 'toolchains',
    summary: 'list toolchains and the architectures they build',
    load: () => import('#cli/toolchains'),
  },
  { name: 'suites', summary: 'list the test suites', load: () => import('#cli/suites') },
]
