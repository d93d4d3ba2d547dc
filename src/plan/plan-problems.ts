import { nearestNames } from '#errors/nearest-names'
import { LkftError } from '#errors/lkft-error'

/** Gathers what is wrong with a plan, so that one look shows all of it. */
export class PlanProblems {
  readonly #place: (pointer: string) => string
  readonly #lines: string[] = []

  constructor(place: (pointer: string) => string = (pointer) => pointer) {
    this.#place = place
  }

  add(pointer: string, message: string): void {
    this.#lines.push(`${this.#place(pointer)}: ${pointer}: ${message}`)
  }

  addUnknownName(pointer: string, what: string, wanted: string, known: Iterable<string>): void {
    const all = [...known].sort()
    const nearest = nearestNames(wanted, all)
    const shown = nearest.length > 0 ? nearest : all.slice(0, 20)
    const lead = nearest.length > 0 ? 'did you mean' : 'known'
    const advice =
      shown.length === 0
        ? ''
        : `; ${lead}: ${shown.join(', ')}${shown.length < all.length && nearest.length === 0 ? ', …' : ''}`
    this.add(pointer, `unknown ${what} '${wanted}'${advice}`)
  }

  /** @throws LkftError BAD_DOCUMENT with one line per problem, at most 20 */
  throwIfAny(): void {
    if (this.#lines.length === 0) return
    const more = this.#lines.length > 20 ? [`and ${this.#lines.length - 20} more`] : []
    throw new LkftError('BAD_DOCUMENT', [...this.#lines.slice(0, 20), ...more].join('\n'))
  }
}
