import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net'

/**
 * Address ranges that are not the public internet, from the IANA special-purpose
 * registries (RFC 6890 and its updates). An address in one of them is dialled
 * only when an allow entry names it. `::ffff:0:0/96` is not here: a BlockList
 * takes it for the whole of IPv4; mapped addresses are judged as IPv4.
 */
const specialRanges: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

const special = blockList(specialRanges)

/** A list of addresses and CIDR ranges that can be asked about one address. */
export function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIPv4(address) ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

/** Whether the text is an address or CIDR range, e.g. `10.0.0.0/8`, `::1`. */
export function isAddressRange(text: string): boolean {
  const [address = '', bits, more] = text.split('/')
  const version = isIP(address)
  if (version === 0 || more !== undefined) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

export function listHolds(list: BlockList, address: string): boolean {
  return isIPv4(address) ? list.check(address, 'ipv4') : isIPv6(address) && list.check(address, 'ipv6')
}

/**
 * The addresses that must each be allowed by an entry of their own before this
 * one may be dialled: itself when it is outside the public internet, and the
 * IPv4 address that it wraps when that one is. A mapped address, as a socket
 * reports it, counts as the IPv4 address.
 */
export function specialAddressesOf(address: string): readonly string[] {
  const wrapped = wrappedIPv4(address)
  const mapped = wrapped !== undefined && address.toLowerCase().startsWith('::ffff:')
  const judged = mapped ? [wrapped] : wrapped === undefined ? [address] : [address, wrapped]
  return judged.filter((one) => listHolds(special, one))
}

/**
 * The IPv4 address that an IPv6 one stands for: mapped (`::ffff:0:0/96`),
 * compatible (`::/96`), NAT64 (`64:ff9b::/96`), 6to4 (`2002::/16`), Teredo's
 * client (`2001::/32`).
 */
export function wrappedIPv4(address: string): string | undefined {
  if (!isIPv6(address)) return undefined
  const words = expandIPv6(address)
  if (words === undefined) return undefined
  const last = toIPv4(words[6] ?? 0, words[7] ?? 0)
  const zeros = (count: number): boolean => words.slice(0, count).every((word) => word === 0)
  if (zeros(5) && (words[5] === 0xffff || words[5] === 0)) return last
  if (words[0] === 0x64 && words[1] === 0xff9b && words.slice(2, 6).every((word) => word === 0)) return last
  if (words[0] === 0x2002) return toIPv4(words[1] ?? 0, words[2] ?? 0)
  if (words[0] === 0x2001 && words[1] === 0) return toIPv4((words[6] ?? 0) ^ 0xffff, (words[7] ?? 0) ^ 0xffff)
  return undefined
}

function toIPv4(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The eight 16-bit words of an IPv6 address. */
function expandIPv6(text: string): number[] | undefined {
  const plain = text.replace(/%.*$/, '').replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => {
    const word = (x: string, y: string): string => ((Number(x) << 8) | Number(y)).toString(16)
    return `${word(a, b)}:${word(c, d)}`
  })
  const [head = '', tail] = plain.split('::')
  const words = (part: string | undefined): number[] =>
    part === undefined || part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16))
  const front = words(head)
  const back = words(tail)
  const missing = tail === undefined ? 0 : 8 - front.length - back.length
  const all = [...front, ...Array.from({ length: Math.max(0, missing) }, () => 0), ...back]
  return all.length === 8 && all.every((word) => word >= 0 && word <= 0xffff) ? all : undefined
}
