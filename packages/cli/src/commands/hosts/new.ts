import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { knownHosts } from '../../plugins/known-hosts.js'
import { checkHostName } from '../../starting/check-host-name.js'
import { writeStarter } from '../../starting/write-starter.js'
import { toJson, toText } from '../../views/setup/hosts-new.js'

const KINDS = ['configuration', 'program'] as const

export default class HostsNew extends RallyCommand {
  static override summary = 'Start a plugin for a coding host that rally does not know yet.'
  static override description =
    `Makes the folder rally-host-NAME with an adapter, payloads, a text for the agent and the tests of the contract. A configuration host has
files in which hooks stand as command lines; a program host has extensions that are programs. The README of @rally/plugin-kit is a
course of an hour that goes on from here.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> inkwell',
    '<%= config.bin %> <%= command.id %> inkwell --kind program --in ~/plugins',
  ]
  static override args = {
    name: Args.string({
      ignoreStdin: true,
      description: 'Name of the host: one word of lower-case letters and digits.',
      required: true,
    }),
  }
  static override flags = {
    kind: Flags.option({ options: KINDS })({
      summary: 'What the host runs: command lines of its configuration, or programs inside of it.',
      default: 'configuration',
    }),
    in: Flags.string({ summary: 'Folder in which the new one is made.', helpValue: 'DIR', default: '.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HostsNew)
    const root = this.config.root
    checkHostName(args.name, await this.rally.hosts.list(), knownHosts(root))
    const name = `rally-host-${args.name}`
    const parent = resolve(flags.in)
    const folder = join(parent, name)
    if (!existsSync(parent))
      throw new RallyError('NOT_FOUND', {
        what: 'folder',
        value: parent,
        hint: 'make it first, or choose another place: --in DIR',
      })
    if (existsSync(folder)) throw cliError('FOLDER_TAKEN', { folder })
    const files = writeStarter({ root, kind: flags.kind, name: args.name, folder })
    const json = toJson({ host: args.name, package: name, kind: flags.kind, folder, files })
    return { json, text: () => toText(json) }
  }
}
