/** Gives each name once: a second `qemu-arm64` becomes `qemu-arm64-2`. */
export function uniqueNames(): (wanted: string) => string {
  const used = new Set<string>()
  const last = new Map<string, number>()
  return (wanted) => {
    let name = wanted
    for (let next = last.get(wanted) ?? 1; used.has(name); name = `${wanted}-${next}`) last.set(wanted, ++next)
    used.add(name)
    return name
  }
}
