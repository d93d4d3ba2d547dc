import type { ByteLink } from '#process/byte-link'

/**
 * A guest's or board's console, or the second port that carries results. Virtual
 * machines and lab boards both give one, so that sessions know nothing of QEMU,
 * ser2net or PTYs.
 */
export type ConsoleLink = ByteLink
