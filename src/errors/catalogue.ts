/**
 * Every error that lkft can report, by code.
 *
 * `fault` says whose it is and so which exit code a command ends with:
 * `kernel` 1, `caller` 2, `infrastructure` 3. docs/errors.md lists the same
 * codes; a test keeps the two equal.
 */
export type Fault = 'kernel' | 'caller' | 'infrastructure'

export interface ErrorEntry {
  readonly fault: Fault
  readonly meaning: string
}

export const errorCatalogue = {
  BAD_ARGUMENT: { fault: 'caller', meaning: 'An option or argument of the command has a value that is not allowed.' },
  BAD_DOCUMENT: {
    fault: 'caller',
    meaning: 'A file does not follow its schema; the message names file, place, value and what is allowed.',
  },
  BUILD_FAILED: { fault: 'kernel', meaning: 'The kernel did not build; diagnostics.ndjson names the errors.' },
  CHILD_FAILED: {
    fault: 'infrastructure',
    meaning: 'A program that lkft needs ended with an error that says nothing about the kernel.',
  },
  CONTAINER_FAILED: {
    fault: 'infrastructure',
    meaning: 'The container runtime could not pull, start or run the image; the message says which.',
  },
  DISK_FULL: { fault: 'infrastructure', meaning: 'There is no room left on the disk that is written to.' },
  FETCH_FAILED: {
    fault: 'infrastructure',
    meaning: 'A URL could not be downloaded, or its bytes are not the ones asked for.',
  },
  HOST_NOT_ALLOWED: {
    fault: 'caller',
    meaning:
      'The cache server or the command may not fetch from that host; the message names the setting that allows it.',
  },
  INTERNAL: {
    fault: 'infrastructure',
    meaning: 'A fault in lkft itself. Please report it with the command and the message.',
  },
  LAB_FAILED: {
    fault: 'infrastructure',
    meaning: 'The board, its power, its serial line or its network failed before the kernel could start.',
  },
  NOT_A_KERNEL_TREE: { fault: 'caller', meaning: 'The source directory holds no Linux kernel tree.' },
  NOT_WRITABLE: { fault: 'caller', meaning: 'The output directory cannot be created or written.' },
  STAGE_UNFINISHED: {
    fault: 'caller',
    meaning: 'The directory is from a stage that was cut off or is still running, so the next stage refuses it.',
  },
  TOOL_MISSING: {
    fault: 'caller',
    meaning: 'A compiler, QEMU or other program is not installed; the hint gives the apt line.',
  },
  UNKNOWN_NAME: {
    fault: 'caller',
    meaning: 'No architecture, toolchain, device, suite or target has that name; the hint gives the nearest.',
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue
