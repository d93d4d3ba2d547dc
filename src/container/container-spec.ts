/** The program that runs containers. */
export type Engine = 'podman' | 'docker'

export interface Mount {
  /** Absolute path on the host. */
  readonly host: string
  /** Absolute path in the container. */
  readonly inside: string
  readonly readOnly: boolean
}

/** One container: what it runs from and what it may touch. */
export interface ContainerSpec {
  readonly engine: Engine
  /** Own name, so that it can be addressed and removed without asking for an id. */
  readonly name: string
  readonly image: string
  readonly mounts: readonly Mount[]
  /** False: no network at all. */
  readonly network: boolean
  readonly workdir: string
}
