import { LkftError } from '#errors/lkft-error'
import type { StageContext } from '#log/reporter'
import { parseRepositoryAddress } from '#report/read-repository'
import { readResults } from '#report/read-results'
import { readSide, type Side } from '#report/read-side'
import { parseSquadAddress } from '#report/squad/address'

/**
 * The baseline of a report: directories of stages, or one address of a build in a
 * results repository (`results:DIRECTORY#PROJECT@WHICH`) or on a SQUAD server
 * (`squad+https://host/group/project/build`).
 *
 * @returns undefined for a first run, without a baseline
 * @throws LkftError BAD_ARGUMENT, BAD_DOCUMENT, STAGE_UNFINISHED
 */
export async function readBaseline(
  places: readonly string[],
  allowIncomplete: boolean,
  context: StageContext,
): Promise<Side | undefined> {
  const [first] = places
  if (first === undefined) return undefined
  const addresses = places.filter((place) => isAddress(place))
  if (addresses.length === 0) return readSide(places, { option: '--baseline', allowIncomplete }, context)
  if (places.length === 1) return readResults(first, context)
  throw new LkftError('BAD_ARGUMENT', `--baseline ${addresses[0]} cannot stand beside others`, {
    hint: 'Give one address, or only directories.',
  })
}

function isAddress(place: string): boolean {
  return parseSquadAddress(place) !== undefined || parseRepositoryAddress(place) !== undefined
}
