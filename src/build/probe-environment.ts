import { buildTools } from '#build/build-tools'
import type { BuildRuntime } from '#build/build-runtime'
import { runCommand } from '#process/run-command'

/** What there is where a build runs. */
export interface EnvironmentFound {
  /** First line of each tool's version; those that are missing are absent. */
  readonly tools: Readonly<Record<string, string>>
  /** The system, e.g. `Debian GNU/Linux` and `12`; null when it does not say. */
  readonly system: string | null
  readonly systemVersion: string | null
}

/** Prints `<name>TAB<first line>`, then what /etc/os-release says: one process for all, so that it costs little. */
const script = `
while [ $# -gt 0 ]; do
  name=$1; shift; words=$1; shift
  command -v "$name" >/dev/null 2>&1 || continue
  if [ "$name" = perl ]; then line=$(perl -e 'printf "perl %vd", $^V' 2>/dev/null)
  else line=$("$name" $words 2>/dev/null </dev/null | sed -n '/[0-9]/{p;q;}'); fi
  printf '%s\\t%s\\n' "$name" "$line"
done
sed -n 's/^\\(NAME\\|VERSION_ID\\)=/@\\1\\t/p' /etc/os-release 2>/dev/null
`

const longestMs = 30_000

/** Asks every tool of the table for its version, inside the runtime, which has to be up. */
export async function probeEnvironment(
  runtime: BuildRuntime,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EnvironmentFound> {
  const words = buildTools.flatMap(({ name, version }) => [name, version.join(' ')])
  const command = runtime.wrap({ argv: ['sh', '-c', script, 'sh', ...words], env })
  const result = await runCommand(command, { signal, timeoutMs: longestMs }).catch(() => undefined)
  return readProbe(result?.stdout ?? '')
}

/** Reads what the probe printed. */
export function readProbe(output: string): EnvironmentFound {
  const lines = output.split('\n').flatMap((line) => {
    const at = line.indexOf('\t')
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()] as const]
  })
  const system = (name: string): string | null =>
    lines.find(([key]) => key === `@${name}`)?.[1].replaceAll(/^["']|["']$/g, '') ?? null
  return {
    tools: Object.fromEntries(lines.filter(([name]) => !name.startsWith('@'))),
    system: system('NAME'),
    systemVersion: system('VERSION_ID'),
  }
}
