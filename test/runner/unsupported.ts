import { InvalidFile, type JobDefinition } from './workflow-file.ts'

const usings = /^(?:node(?:12|16|20|24)|composite)$/

/** What of GitHub this runner does not do is refused by its name, before a step has run. @throws InvalidFile */
export function refuseContainers({ container, services }: JobDefinition): void {
  if (container !== undefined && container !== null && container !== '')
    throw new InvalidFile(
      `The job's \`container: ${imageOf(container)}\` is not supported: this runner starts jobs on the machine itself.`,
    )
  const names = Object.keys(services ?? {})
  if (names.length > 0)
    throw new InvalidFile(
      `The job's services ${names.join(', ')} are not supported: this runner starts no containers beside a job.`,
    )
}

/** @throws InvalidFile for an action that is neither JavaScript nor composite */
export function refuseAction(uses: string, using: string): void {
  if (usings.test(using)) return
  const kind = using === 'docker' ? 'a container action' : `an action of 'using: ${using}'`
  throw new InvalidFile(`${uses} is ${kind}, which is not supported: only JavaScript and composite actions run here.`)
}

/** @throws InvalidFile for `uses: docker://…` */
export function refuseImage(uses: string): void {
  if (uses.startsWith('docker://')) refuseAction(uses, 'docker')
}

function imageOf(container: unknown): string {
  const image = typeof container === 'string' ? container : (container as { image?: unknown }).image
  return typeof image === 'string' ? image : '…'
}
