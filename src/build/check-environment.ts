import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findArchitecture } from '#build/architectures'
import type { BuildRequest } from '#build/build-request'
import { buildTools } from '#build/build-tools'
import { chooseImage, runtimeNames } from '#build/choose-image'
import { compilerName, makeVariables, type MakeVariables } from '#build/make-variables'
import { openRuntime } from '#build/open-runtime'
import { readCompilerVersion } from '#build/probe-compiler'
import { probeEnvironment } from '#build/probe-environment'
import { parseToolchain, type Toolchain, usesClang } from '#build/toolchains'
import { unknownName } from '#errors/nearest-names'
import type { StageContext } from '#log/reporter'
import { runCommand } from '#process/run-command'

/** One thing that was looked at. */
export interface EnvironmentCheck {
  readonly name: string
  readonly status: 'pass' | 'fail' | 'warn'
  /** A version, or what is missing and which package has it. */
  readonly detail: string
}

/** Prints `<name>TAB<last line of the error, or nothing>` for each thing that was tried. */
const script = `
work=$(mktemp -d) && cd "$work" || exit 1
try() { name=$1; shift; said=$("$@" 2>&1 >/dev/null </dev/null) && said= || said=\${said:-it failed}
  printf '%s\\t%s\\n' "$name" "$(printf %s "$said" | tail -n 1)"; }
echo 'int x;' > x.c; echo '.text' > x.s; echo 'int main(void){return 0;}' > main.c
echo '#include <openssl/opensslv.h>' > ssl.c; echo '#include <libelf.h>' > elf.c
try 'compile C' $LKFT_CC -c -o x.o x.c
try assemble $LKFT_CC -c -o s.o x.s
try link $LKFT_LD -r -o r.o x.o
try 'host program' $LKFT_HOSTCC -o main main.c
try 'header openssl/opensslv.h' $LKFT_HOSTCC -c -o ssl.o ssl.c
try 'header libelf.h' $LKFT_HOSTCC -c -o elf.o elf.c
printf 'version\\t%s\\n' "$($LKFT_CC --version 2>/dev/null | head -n 1)"
rm -rf "$work"
`

/** What only some kernels need, with Debian's package. */
const optional: Readonly<Record<string, string>> = {
  'header libelf.h': 'libelf-dev, for objtool and CONFIG_UNWINDER_ORC',
  'header openssl/opensslv.h': 'libssl-dev, for CONFIG_MODULE_SIG and certificates',
}

/**
 * Looks whether a request's compiler and tools are there and work, in the place
 * where it would build; needs no kernel tree and leaves nothing behind.
 *
 * @throws LkftError for an unknown name, or a container that does not start
 */
export async function checkEnvironment(
  request: BuildRequest,
  context: StageContext,
): Promise<readonly EnvironmentCheck[]> {
  if (!runtimeNames.includes(request.runtime)) throw unknownName('runtime', request.runtime, runtimeNames)
  const architecture = findArchitecture(request.targetArch)
  const toolchain = parseToolchain(request.toolchain)
  const image = chooseImage(request, architecture, toolchain)
  const work = await mkdtemp(join(tmpdir(), 'lkft-environment-'))
  try {
    const paths = { source: join(work, 'source'), build: join(work, 'build'), output: join(work, 'output') }
    for (const path of Object.values(paths)) await mkdir(path)
    await using runtime = openRuntime({ request, image, paths })
    await runtime.start(context)
    const variables = makeVariables({ ...request, wrapper: 'none' }, architecture, toolchain, runtime.seen.build)
    const { tools } = await probeEnvironment(runtime, {}, context.signal)
    const env = compilerWords(variables)
    const tried = await runCommand(runtime.wrap({ argv: ['sh', '-c', script], env }), { signal: context.signal })
    return [...checkTools(tools, request, variables), ...checkTried(tried.stdout, request, toolchain)]
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function compilerWords(variables: MakeVariables): Readonly<Record<string, string>> {
  const compiler = compilerName(variables)
  const cross = variables['CROSS_COMPILE'] ?? ''
  const isClang = compiler.includes('clang')
  const target = isClang && cross !== '' ? ` --target=${cross.split('/').at(-1)?.slice(0, -1)}` : ''
  return {
    LKFT_CC: compiler + target,
    LKFT_LD: variables['LLVM'] === undefined ? `${cross}ld` : 'ld.lld',
    LKFT_HOSTCC: variables['HOSTCC'] ?? (variables['LLVM'] === undefined ? 'gcc' : 'clang'),
  }
}

function checkTools(
  found: Readonly<Record<string, string>>,
  request: BuildRequest,
  variables: MakeVariables,
): readonly EnvironmentCheck[] {
  const wanted = new Set<string>([
    ...(request.wrapper === 'none' ? [] : [request.wrapper]),
    ...(variables['LLVM'] === undefined ? [] : ['clang', 'ld.lld']),
    ...(request.toolchain.startsWith('rust') ? ['bindgen', 'rustc'] : []),
  ])
  return buildTools.map(({ name, debianPackage, neededFor }) => {
    const version = found[name]
    if (version !== undefined) return { name, status: 'pass', detail: version }
    const isNeeded = neededFor === 'every build' || wanted.has(name)
    const detail = `not installed; Debian has it in ${debianPackage}, for ${neededFor}`
    return { name, status: isNeeded ? 'fail' : 'warn', detail }
  })
}

function checkTried(output: string, request: BuildRequest, toolchain: Toolchain): readonly EnvironmentCheck[] {
  const lines = new Map(output.split('\n').map((line) => [line.split('\t', 1)[0], line.split('\t')[1] ?? '']))
  const names = ['compile C', 'assemble', 'link', 'host program', ...Object.keys(optional).sort()]
  const tried = names.map((name): EnvironmentCheck => {
    const said = lines.get(name) ?? 'it could not be tried'
    if (said === '') return { name, status: 'pass', detail: 'works' }
    const hint = optional[name]
    return hint === undefined
      ? { name, status: 'fail', detail: said }
      : { name, status: 'warn', detail: `not installed; Debian has it in ${hint}` }
  })
  return [...tried, checkVersion(lines.get('version') ?? '', request, toolchain)]
}

/** A compiler of this machine may be another than the one named: `gcc-14` only chooses an image. */
function checkVersion(full: string, request: BuildRequest, toolchain: Toolchain): EnvironmentCheck {
  const found = readCompilerVersion(full)
  const name = 'compiler'
  if (found === null) return { name, status: 'fail', detail: 'it does not say its version' }
  const expected = usesClang(toolchain) ? 'clang' : 'gcc'
  const wanted = /^\d+/.exec(toolchain.suffix ?? '')?.[0]
  const isRight = found.name === expected && (wanted === undefined || found.version.split('.')[0] === wanted)
  if (isRight || toolchain.name.startsWith('rust')) return { name, status: 'pass', detail: full }
  const status = request.runtime === 'null' && found.name === expected ? 'warn' : 'fail'
  return { name, status, detail: `${toolchain.name} was asked for, this is ${full}` }
}
