import { LkftError } from '#errors/lkft-error'
import { type Imported, splitFullName } from '#results/formats/imported'
import { entriesOf, field, itemsOf, type Placed, requiredField, textField } from '#results/formats/json-value'

/** SQUAD's metrics.json: `{name: 1.5}`, `{name: "1.5"}`, `{name: [1, 2]}` or `{name: {value, unit}}`. */
export function isSquadMetrics(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const entries: unknown[] = Object.values(value)
  return entries.length > 0 && entries.every((entry) => isMeasured(entry))
}

function isMeasured(entry: unknown): boolean {
  if (typeof entry === 'number' || Array.isArray(entry)) return true
  if (typeof entry === 'string') return entry.trim() !== '' && !Number.isNaN(Number(entry))
  return typeof entry === 'object' && entry !== null && 'value' in entry && !('result' in entry)
}

/** A result for each metric; of a list its mean, what is not finite left out, as SQUAD does. */
export function* readSquadMetrics(document: Placed): Generator<Imported, void, void> {
  for (const { key, at } of entriesOf(document)) {
    const isObject = typeof at.value === 'object' && !Array.isArray(at.value)
    const measurement = numberOf(isObject ? requiredField(at, 'value') : at)
    if (!Number.isFinite(measurement)) continue
    const unit = isObject ? textField(at, 'unit') : undefined
    yield { environment: undefined, ...splitFullName(key), status: 'pass', message: undefined, measurement, unit }
  }
}

function numberOf(at: Placed): number {
  if (Array.isArray(at.value)) {
    const values = itemsOf(at).map((item) => {
      if (typeof item.value === 'number') return item.value
      throw new LkftError('BAD_DOCUMENT', `${item.place}: ${JSON.stringify(item.value)} is no number`)
    })
    return values.reduce((sum, value) => sum + value, 0) / values.length
  }
  if (typeof at.value === 'number' || (typeof at.value === 'string' && at.value.trim() !== '')) return Number(at.value)
  throw new LkftError('BAD_DOCUMENT', `${at.place}: ${JSON.stringify(at.value)} is no number`)
}

/** SQUAD's metadata.json is told by the field that only it has. */
export function isSquadMetadata(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'job_status' in value
}

/** A job's end as one result: `job/status`. Whatever else a job says of itself is no result. */
export function* readSquadMetadata(document: Placed): Generator<Imported, void, void> {
  const word = textField(document, 'job_status') ?? ''
  const status = /^(?:complete|finished)/i.test(word) ? 'pass' : /^(?:incomplete|failed)/i.test(word) ? 'fail' : 'skip'
  const place = field(document, 'job_url') ?? field(document, 'job_id')
  const message = place === undefined ? word : `${word}: ${String(place.value)}`
  yield { environment: undefined, suite: 'job', test: 'status', status, message }
}
