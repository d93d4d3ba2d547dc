/** `make[2]: *** [scripts/Makefile.build:250: kernel/fork.o] Error 1`: what could not be made, and how it ended. */
export function parseMakeFailure(line: string): { readonly goal: string; readonly how: string } | undefined {
  const match = /^make(?:\[\d+\])?: \*\*\* \[(?:[^\]]*: )?(?<goal>[^\]]+)\] (?<how>Error \d+|\S.*)$/.exec(line)?.groups
  return match === undefined ? undefined : { goal: match['goal'] ?? '', how: match['how'] ?? '' }
}
