import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BootRequest } from '#boot/boot-request'
import { type BuildRequest, completeBuildRequest } from '#build/build-request'
import { lockFileName } from '#container/image-lock'
import type { LabRequest } from '#lab/lab-request'
import type { BootCell, BuildCell, LabCell } from '#plan/cells'

/** Where a plan's cells find and put things on this machine. */
export interface CellPlaces {
  /** Folder of lkft.yaml, that its paths are relative to. */
  readonly planFolder: string
  /** Kernel tree. */
  readonly source: string
  /** Gets one folder per cell. */
  readonly outputDir: string
  readonly cacheServer?: string | undefined
  /** Keeps build folders from run to run below this one. */
  readonly buildDirs?: string | undefined
  readonly jobs?: number | undefined
  readonly wrapper?: 'none' | 'ccache' | 'sccache' | undefined
}

/** Folder of a build's directory. */
export function buildDirectory(places: Pick<CellPlaces, 'outputDir'>, cell: { readonly name: string }): string {
  return join(places.outputDir, 'builds', cell.name)
}

/** Folder of a run's directory. */
export function runDirectory(places: Pick<CellPlaces, 'outputDir'>, cell: { readonly name: string }): string {
  return join(places.outputDir, 'runs', cell.name)
}

/** What `buildKernel` is asked for a cell. */
export function toBuildRequest(cell: BuildCell, places: CellPlaces): BuildRequest {
  const file = fileOf(places)
  return completeBuildRequest({
    source: places.source,
    outputDir: buildDirectory(places, cell),
    name: cell.name,
    targetArch: cell.target_arch,
    toolchain: cell.toolchain,
    kconfig: file(cell.kconfig),
    kconfigAdd: cell.kconfig_add.map(file),
    makeVariables: cell.make_variables,
    environment: cell.environment,
    ...(cell.targets.length === 0 ? {} : { targets: cell.targets }),
    ...(cell.kernel_image === null ? {} : { kernelImage: cell.kernel_image }),
    ...(cell.runtime === null ? {} : { runtime: cell.runtime }),
    ...(cell.image === null ? {} : { image: cell.image }),
    lockFile: resolve(places.planFolder, lockFileName),
    ...(cell.allow_unpinned === true ? { allowUnpinned: true } : {}),
    ...(cell.timeout_minutes === null ? {} : { timeoutSeconds: cell.timeout_minutes * 60 }),
    ...(places.buildDirs === undefined ? {} : { buildDir: join(places.buildDirs, cell.name) }),
    ...(places.jobs === undefined ? {} : { jobs: places.jobs }),
    ...(places.wrapper === undefined ? {} : { wrapper: places.wrapper }),
    ...(places.cacheServer === undefined ? {} : { cacheServer: places.cacheServer }),
  })
}

/**
 * What `bootKernel` is asked for a cell.
 *
 * @param build the directory of the cell's build; ignored when it boots a kernel from elsewhere
 */
export function toBootRequest(cell: BootCell, build: string | undefined, places: CellPlaces): BootRequest {
  const file = fileOf(places)
  return {
    ...(cell.kernel === null ? { build } : { kernel: file(cell.kernel) }),
    device: cell.device,
    suites: cell.suites,
    outputDir: runDirectory(places, cell),
    environment: cell.environment,
    ...(cell.modules === null ? {} : { modules: file(cell.modules) }),
    ...(cell.rootfs === null ? {} : { rootfs: file(cell.rootfs) }),
    ...(cell.boot_args === null ? {} : { bootArgs: cell.boot_args }),
    ...(cell.timeout_minutes === null ? {} : { timeoutSeconds: cell.timeout_minutes * 60 }),
    ...(places.cacheServer === undefined ? {} : { cacheServer: places.cacheServer }),
  }
}

/** What `runOnBoard` is asked for a cell. */
export function toLabRequest(cell: LabCell, build: string, places: CellPlaces): LabRequest {
  return {
    boardFile: resolve(places.planFolder, cell.board),
    build,
    suites: cell.suites,
    outputDir: runDirectory(places, cell),
    environment: cell.environment,
    ...(cell.timeout_minutes === null ? {} : { timeoutSeconds: cell.timeout_minutes * 60 }),
    ...(places.cacheServer === undefined ? {} : { cacheServer: places.cacheServer }),
  }
}

/** A word that names a file beside the plan becomes its path; names, URLs and options stay. */
function fileOf({ planFolder }: CellPlaces): (word: string) => string {
  return (word) => {
    if (/^[a-z+]+:\/\/|^CONFIG_|^#|^make:/.test(word)) return word
    const path = resolve(planFolder, word)
    return existsSync(path) ? path : word
  }
}
