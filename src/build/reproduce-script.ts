import { chmod } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildSession } from '#build/build-session'
import { buildArguments } from '#build/build-arguments'
import { writeAtomic } from '#files/write-atomic'
import { formatCommandLine, hasHiddenCharacter } from '#process/command-line'
import type { Build } from '#schema/documents'

/**
 * Writes reproduce.sh: the same commit, the final configuration's bytes, the
 * image by digest, all options.
 *
 * @returns the same as one command for a reader, in the source tree and with the
 *   configuration as it was asked for; null when a word cannot be shown safely
 */
export async function writeReproducer(session: BuildSession, record: Build): Promise<string | null> {
  const { plan, paths } = session
  const hasConfig = record.artifacts.some(({ kind }) => kind === 'config')
  const words = buildArguments(plan, {
    kconfig: hasConfig ? './config' : undefined,
    image: pinnedImage(record),
    timestamp: plan.timestamp,
  })
  if (words.some((word) => hasHiddenCharacter(word))) return null
  const shown = buildArguments(plan, { image: pinnedImage(record), timestamp: plan.timestamp })
  if (shown.some((word) => hasHiddenCharacter(word))) return null
  const commit = record.source.git?.commit
  const lines = [
    '#!/bin/sh',
    `# Repeats the build ${plan.name.replaceAll(/[^\w.+-]/g, '_')}: SOURCE is a tree of the same commit, OUTPUT an empty folder.`,
    `# usage: SOURCE=linux OUTPUT=out sh reproduce.sh`,
    ...(record.tuxmake == null ? [] : [`# TuxMake, in that tree: ${record.tuxmake}`]),
    'set -eu',
    ': "${SOURCE:?set SOURCE to the kernel tree}" "${OUTPUT:?set OUTPUT to the folder to write}" "${LKFT:=lkft}"',
    'here=$(cd "$(dirname "$0")" && pwd)',
    ...(commit === undefined
      ? []
      : [
          `commit=$(git -C "$SOURCE" rev-parse HEAD)`,
          `[ "$commit" = ${commit} ] || { echo "$SOURCE is at $commit, not ${commit}" >&2; exit 2; }`,
        ]),
    ...(record.source.git?.dirty === true ? ['echo "the tree had changes that no commit holds" >&2'] : []),
    `exec "$LKFT" build --source "$SOURCE" --output-dir "$OUTPUT" ${scriptWords(words)}`,
    '',
  ]
  const file = join(paths.output, 'reproduce.sh')
  await writeAtomic(file, lines.join('\n'))
  await chmod(file, 0o755)
  return formatCommandLine({ argv: ['lkft', 'build', ...shown] })
}

/** The configuration lies beside the script, wherever that is. */
function scriptWords(words: readonly string[]): string {
  return formatCommandLine({ argv: ['x', ...words] })
    .slice(2)
    .replace('--kconfig ./config', '--kconfig "$here/config"')
}

function pinnedImage({ container }: Build): string | undefined {
  if (container === null) return undefined
  if (container.digest === null) return container.image
  return container.image.includes('@')
    ? container.image
    : `${container.image.replace(/:[^/:]+$/, '')}@${container.digest}`
}
