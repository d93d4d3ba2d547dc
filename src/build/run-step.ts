import { copyFile, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { blame, type BuildSession, runInBuild } from '#build/build-session'
import { makeCommand } from '#build/make-command'
import { artifactName, packArtifact } from '#build/pack-artifact'
import type { GatherStep, MoveStep, ScriptStep, Step } from '#build/target-step'

/** What a step gave: file names of artifacts, or why it failed. */
export interface StepResult {
  readonly failure: string | null
  readonly artifacts: readonly string[]
}

/** Dates of files are those of the kernel's last tick, and some file systems keep whole seconds. */
const clockStepMs = 1000

const done: StepResult = { failure: null, artifacts: [] }

/**
 * Runs one step of a target.
 *
 * @throws BuildStopped, LkftError for what is not the kernel's fault
 */
export async function runStep(session: BuildSession, step: Step, target: string): Promise<StepResult> {
  const { paths } = session
  switch (step.kind) {
    case 'make': {
      const result = await runInBuild(session, makeCommand(session.make, step), { target })
      return result.exitCode === 0 ? done : failed(await blame(session, `make ${step.goals.join(' ')}`, result))
    }
    case 'folder':
      await rm(join(paths.build, step.folder), { recursive: true, force: true })
      await mkdir(join(paths.build, step.folder), { recursive: true })
      return done
    case 'gather':
      await gather(paths.build, step)
      return done
    case 'archive':
    case 'compress':
    case 'copy': {
      const needed = join(paths.build, step.kind === 'archive' ? join(step.folder, step.content) : step.file)
      const name = artifactName(step, session.plan.request.compression)
      return packArtifact(session, step).then(
        (artifact) => ({ failure: null, artifacts: [artifact] }),
        (error: unknown) => {
          if (isMissing(error)) return failed(`${name} was not made: there is no ${relative(paths.build, needed)}`)
          throw error
        },
      )
    }
    case 'move':
      return move(session, step)
    case 'script':
      return runScript(session, step, target)
  }
}

function failed(failure: string): StepResult {
  return { failure, artifacts: [] }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

async function gather(build: string, { from, pattern, to }: GatherStep): Promise<void> {
  await rm(join(build, to), { recursive: true, force: true })
  for (const name of await readdir(join(build, from), { recursive: true })) {
    if (!pattern.test(name)) continue
    await mkdir(dirname(join(build, to, name)), { recursive: true })
    await copyFile(join(build, from, name), join(build, to, name))
  }
}

async function move({ begun, paths, runtime }: BuildSession, step: MoveStep): Promise<StepResult> {
  const isBeside = step.from === 'beside'
  const folder = step.from === 'beside' ? runtime.packaging.beside : join(paths.build, step.from.folder)
  const artifacts: string[] = []
  // Beside the build directory lies whatever the user keeps there.
  for (const name of (await readdir(folder, { recursive: !isBeside }).catch((): string[] => [])).sort()) {
    const file = join(folder, name)
    if ((await stat(file)).mtimeMs < begun - clockStepMs) continue
    if (step.rubbish?.test(basename(name)) === true) await rm(file, { force: true })
    if (!step.pattern.test(basename(name))) continue
    const target = join(paths.output, basename(name))
    if (file !== target) {
      // Another file system: a rename alone does not reach it.
      await cp(file, `${target}.tmp`)
      await rename(`${target}.tmp`, target)
      await rm(file)
    }
    artifacts.push(basename(name))
  }
  return artifacts.length === 0 ? failed(`no package ${step.pattern.source} was made`) : { failure: null, artifacts }
}

async function runScript(session: BuildSession, step: ScriptStep, target: string): Promise<StepResult> {
  const { seen } = session.runtime
  const [script, ...args] = step.argv
  const command = {
    argv: [
      'sh',
      '-c',
      '"$0" "$@" < "$LKFT_STDIN" > "$LKFT_STDOUT"',
      join(seen.source, script),
      ...args.map((name) => join(seen.build, name)),
    ] as const,
    cwd: seen.source,
    env: {
      ...session.make.environment,
      LKFT_STDIN: join(seen.build, step.stdin),
      LKFT_STDOUT: join(seen.build, step.stdout),
    },
  }
  const result = await runInBuild(session, { ...command, argv: [...command.argv] }, { target })
  return result.exitCode === 0 ? done : failed(await blame(session, script, result))
}
