import { buildEnvironment } from '#build/build-environment'
import type { BuildLog } from '#build/build-log'
import type { BuildSession } from '#build/build-session'
import { openRuntime } from '#build/open-runtime'
import { collectDiagnostics } from '#build/diagnostics/collect-diagnostics'
import type { MakeSettings } from '#build/make-command'
import { makeProgress } from '#build/make-progress'
import type { BuildPlan } from '#build/plan-build'
import { usesClang } from '#build/toolchains'
import type { StageContext } from '#log/reporter'

/** Puts together what one build needs while it runs; starts nothing. */
export function openSession(plan: BuildPlan, context: StageContext, log: BuildLog): BuildSession {
  const { request, seen } = plan
  const limit = request.timeoutSeconds
  return {
    plan,
    paths: plan.paths,
    runtime: openRuntime(plan),
    make: makeSettings(plan),
    log,
    diagnostics: collectDiagnostics({
      source: seen.source,
      build: seen.build,
      compiler: usesClang(plan.toolchain) || request.llvm ? 'clang' : 'gcc',
      sparse: request.makeVariables['C'] !== undefined,
    }),
    context,
    progress: makeProgress(),
    begun: Date.now(),
    deadline: limit === undefined ? undefined : performance.now() + limit * 1000,
  }
}

/** What all make calls of a build share. */
export function makeSettings(plan: BuildPlan): MakeSettings {
  const { request, seen, timestamp, source } = plan
  const facts = { source: seen.source, build: seen.build, timestamp, makefile: source.makefile }
  const environment = buildEnvironment(request, facts)
  return {
    source: seen.source,
    build: seen.build,
    packaging: openRuntime(plan).packaging.build,
    jobs: request.jobs,
    failFast: request.failFast,
    variables: keepPrefixMaps(plan.variables, environment),
    environment,
  }
}

/** A variable on make's command line hides that of the environment: the user's flags come after the prefix maps. */
function keepPrefixMaps(
  variables: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const joined = ['KCFLAGS', 'KAFLAGS', 'KRUSTFLAGS'].flatMap((name) => {
    const [own, users] = [environment[name], variables[name]]
    return own === undefined || users === undefined ? [] : [[name, `${own} ${users}`]]
  })
  return { ...variables, ...Object.fromEntries(joined) }
}
