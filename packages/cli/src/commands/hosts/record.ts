import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { isObject, type JsonObject, parseJson } from '@rally/core/readers'
import { homeDir } from '@rally/local/system/user-dirs'
import { type Outcome, RallyCommand } from '../../base-command.js'
import { cliError } from '../../errors.js'
import { redactPayload } from '../../recording/redact-payload.js'
import { writeFixture } from '../../recording/write-fixture.js'
import { toJson, toText } from '../../views/setup/hosts-record.js'

export default class HostsRecord extends RallyCommand {
  static override summary = 'Turn a payload that a host hands to a hook into a fixture that can be shown to others.'
  static override description =
    `Reads the payload on stdin and hides every text in it that is not known to be harmless, whatever its key. Without --out the fixture goes to
stdout. With --out nothing does, so that the command can stand in a host's configuration as a hook. Read a fixture before you publish it.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> claude_code PreToolUse --out fixtures',
    'cat payload.json | <%= config.bin %> <%= command.id %> claude_code PreToolUse --json',
  ]
  static override args = {
    host: Args.string({ ignoreStdin: true, description: 'Host that the payload is from.', required: true }),
    event: Args.string({ ignoreStdin: true, description: "The host's own name of the event.", required: true }),
  }
  static override flags = {
    out: Flags.string({
      summary: 'Folder to write the fixture to, named after the event and the tool.',
      helpValue: 'DIR',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { args, flags } = await this.parse(HostsRecord)
    const { env, hosts } = this.rally
    const host = args.host.replaceAll('-', '_')
    const { payload, redacted } = redactPayload(readPayload(), { home: homeDir(env) })
    const path = flags.out === undefined ? null : writeFixture(resolve(flags.out), args.event, payload)
    const moment = (await hosts.get(host))?.parse(args.event, payload, env)
    const json = toJson({ host, event: args.event, fixture: payload, redacted, moment: moment?.name, path })
    return { json, text: () => toText(json) }
  }
}

function readPayload(): JsonObject {
  let text = ''
  try {
    text = readFileSync(0, 'utf8')
  } catch {
    // A terminal that is closed, or no standard input at all.
  }
  const value = parseJson(text)
  if (!isObject(value)) throw cliError('PAYLOAD_UNREADABLE')
  return value
}
