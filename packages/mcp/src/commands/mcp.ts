import { resolve } from 'node:path'
import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import { isOclifExit, PluginCommand, sessionFlags } from '@rally/plugin-kit/commands'

export default class Mcp extends PluginCommand {
  static override summary =
    'Serve the room to a coding program by the Model Context Protocol, on standard input and output.'
  static override description =
    `For agents that cannot or may not type commands: a host starts it and calls seven tools (room, messages, tell, handoff,
answer, claim, progress). Who asks is found out at every call: the live session of the host that started it. --session-id
fixes it instead. It ends with its input. rally hooks install --mcp tells a host of it.`
  static override examples = ['<%= config.bin %> <%= command.id %> < /dev/null']
  static override flags = { ...sessionFlags }

  /** It prints nothing but the protocol: failures before it begins go to stderr. */
  override async run(): Promise<void> {
    const flags = await this.flagsOrFailure()
    if (flags === undefined) return
    const { serve } = await import('../serve.js')
    const { workdir, 'session-id': sessionId, tool } = flags
    await serve({
      api: () => this.askApi(),
      version: this.config.version,
      workdir: resolve(workdir),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(tool === undefined ? {} : { tool: tool.replaceAll('-', '_') }),
    })
  }

  protected execute(): never {
    throw new Error('rally mcp answers by its protocol')
  }

  private async flagsOrFailure() {
    try {
      return (await this.parse(Mcp)).flags
    } catch (thrown) {
      if (isOclifExit(thrown)) throw thrown
      const api = await this.askApi()
      api.fail(thrown, { json: this.wantsJson, schema: this.schema })
      await api.close()
      return undefined
    }
  }

  /** Composed anew for every call: nothing that was known at the start may decide who asks later. */
  private async askApi(): Promise<RallyApi> {
    const { successes, failures } = await this.config.runHook('rally:api', {})
    const api: RallyApi | undefined = successes[0]?.result
    if (api?.api !== 1) throw failures[0]?.error ?? new Error('this command works inside rally')
    return api
  }
}
