import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

const folder = join(import.meta.dirname, '../build/fixtures/cyclonedx')
const schema = (name: string): object => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as object

let compiled: ValidateFunction | undefined

/** What CycloneDX's own schema has against a bill of materials of version 1.6; empty when it is valid. */
export function checkBill(bill: unknown): readonly string[] {
  const validate = (compiled ??= compile())
  validate(bill)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`)
}

function compile(): ValidateFunction {
  const ajv = new Ajv({ allErrors: true, strict: false })
  addFormats.default(ajv)
  // Not among the formats of ajv-formats; both are texts without spaces.
  for (const name of ['idn-email', 'iri-reference']) ajv.addFormat(name, /^\S*$/)
  for (const name of ['jsf-0.82', 'spdx']) {
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`)
  }
  return ajv.compile(schema('bom-1.6'))
}
