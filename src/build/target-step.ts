/** What one target is made of: make calls, then packing. Paths are those the build sees. */
export type Step = MakeStep | FolderStep | GatherStep | ArchiveStep | CompressStep | CopyStep | MoveStep | ScriptStep

/** One call of make. */
export interface MakeStep {
  readonly kind: 'make'
  readonly goals: readonly string[]
  readonly variables?: Readonly<Record<string, string>>
  /** Folder of the source tree that make starts in (`-C`). */
  readonly directory?: string
  /** May run in one call together with the joint steps of other targets. */
  readonly joint?: boolean
  /** make's `-i`: errors of single recipes do not count. */
  readonly ignoreErrors?: boolean
  /** Leaves files beside the build directory: it is given one whose parent is there for that. */
  readonly leavesBeside?: boolean
  /** Tools of this folder choose clang by LLVM=1, never by CC. */
  readonly llvmInsteadOfCc?: boolean
  readonly environment?: Readonly<Record<string, string>>
}

/** Empties a folder of the build directory. */
export interface FolderStep {
  readonly kind: 'folder'
  readonly folder: string
}

/** Copies the files that match, with their folders, into an emptied folder of the build directory. */
export interface GatherStep {
  readonly kind: 'gather'
  readonly from: string
  readonly pattern: RegExp
  readonly to: string
}

/** Packs `content` below `folder` into `<artifact>.tar[.zst|.xz]`. */
export interface ArchiveStep {
  readonly kind: 'archive'
  readonly folder: string
  readonly content: string
  readonly artifact: string
}

/** Compresses one file of the build directory into the artifact `<artifact>[.zst|.xz]`. */
export interface CompressStep {
  readonly kind: 'compress'
  readonly file: string
  readonly artifact: string
}

/** Copies one file of the build directory to the artifact. */
export interface CopyStep {
  readonly kind: 'copy'
  readonly file: string
  readonly artifact: string
}

/** Moves files that a package target of this build left; at least one must be there. */
export interface MoveStep {
  readonly kind: 'move'
  /** Folder below the build directory, or the one beside it of `leavesBeside`. */
  readonly from: { readonly folder: string } | 'beside'
  readonly pattern: RegExp
  /** Left over by the same tools: removed. */
  readonly rubbish?: RegExp
}

/** Runs a script of the source tree, its input and output files of the build directory. */
export interface ScriptStep {
  readonly kind: 'script'
  readonly argv: readonly [string, ...string[]]
  readonly stdin: string
  readonly stdout: string
}
