import { type Command, InvalidArgumentError } from 'commander'
import { addCommonOptions, type CommonOptions, runStage } from '#cli/stage-command'
import type { StageContext } from '#log/reporter'

/** `lkft results submit`. */
export function defineSubmit(parent: Command): void {
  addCommonOptions(parent.command('submit').description('submit runs to a SQUAD or KCIDB server'))
    .argument('<address>', 'squad+https://host/group/project/build, or kcidb+https://host/path')
    .requiredOption('--current <dir...>', 'run directories, or folders of them')
    .addHelpText(
      'after',
      `
The token comes from SQUAD_TOKEN or KCIDB_TOKEN.

Examples:
  lkft results submit squad+https://qa.example.org/lkft/next/next-20261123 --current runs/
  lkft results submit kcidb+https://kcidb.example.org/submit --current builds/ runs/`,
    )
    .action(async (address: string, options: CommonOptions & { readonly current: string[] }) => {
      const submit = await chooseServer(address)
      await runStage(options, {
        list: () => Promise.resolve([]),
        run: (context) => submit(options.current, context),
        describe: ({ runs }) => [`Submitted ${runs} ${runs === 1 ? 'run' : 'runs'}`],
        exitCode: () => 0,
      })
    })
}

type Submit = (directories: readonly string[], context: StageContext) => Promise<{ readonly runs: number }>

async function chooseServer(address: string): Promise<Submit> {
  if (/^kcidb\+https?:\/\//.test(address)) {
    const { submitToKcidb } = await import('#report/submit-kcidb')
    return (directories, context) => submitToKcidb(address.slice('kcidb+'.length), directories, context)
  }
  const { parseSquadAddress } = await import('#report/squad/address')
  const { submitToSquad } = await import('#report/squad/submit')
  const target = parseSquadAddress(address)
  if (target === undefined)
    throw new InvalidArgumentError(`'${address}' is no squad+https:// or kcidb+https:// address.`)
  return (directories, context) => submitToSquad(target, directories, context)
}
