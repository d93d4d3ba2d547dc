import { measured, type OutputReader, readLines } from '#suites/outputs/output-reader'

/** ping of busybox and of iputils: packets lost in percent, and the mean round trip in milliseconds. */
export function readPing(): OutputReader {
  return readLines((line) => {
    const lost = /(\d+(?:\.\d+)?)% packet loss/.exec(line)
    if (lost !== null) return measured('packet-loss', Number(lost[1]), '%')
    const trip = /^(?:round-trip|rtt) min\/avg\/max(?:\/mdev)? = [\d.]+\/([\d.]+)\//.exec(line)
    return trip === null ? undefined : measured('round-trip', Number(trip[1]), 'ms')
  })
}
