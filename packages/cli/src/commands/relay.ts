import { createHash } from 'node:crypto'
import * as Flags from '@oclif/core/flags'
import { isRallyError, RallyError } from '@rally/core/errors'
import type { RelayStatusOutput } from '@rally/core/model/outputs/relay'
import type { ServerConnection } from '@rally/core/ports/transport-plugin'
import { relayError } from '@rally/relay/errors'
import type { RelayEvent } from '@rally/relay/relay-context'
import { relayMachine } from '@rally/relay/relay-machine'
import { type Outcome, RallyCommand } from '../base-command.js'
import { roomFlags } from '../flags.js'
import { renderJsonLine, writeStdout } from '../output.js'
import { findServer } from '../relay/connect-server.js'
import { ownReceipts } from '../relay/own-receipts.js'
import { notifyServiceManager } from '../relay/service-manager.js'
import { setRoomName } from '../relay/set-room-name.js'
import { createTransportApi } from '../relay/transport-api.js'
import { untilStopped, wait } from '../streaming.js'
import { renderRelayEvent, renderRelayStatus } from '../views/setup/relay.js'
import { wrapText } from '../views/text/lines.js'

/** Pauses between tries to reach a server that is not there yet, in seconds. */
const FIRST_PAUSE = 0.5
const LONGEST_PAUSE = 10

export default class Relay extends RallyCommand {
  static override summary =
    'Replicate the channels of this machine with a server, so that several machines share rooms.'
  static override description =
    `Runs until it is stopped; SIGTERM stops it cleanly. Hooks and commands keep working on this machine's files,
with or without it: what is written meanwhile waits and is sent later. Needs a transport plugin, for example
@rally/transport-nats. Prints a line per event, with --json as JSON Lines.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --status',
    '<%= config.bin %> <%= command.id %> --to nats://nats.example.org:4222',
    '<%= config.bin %> <%= command.id %> --once --timeout 60',
    '<%= config.bin %> <%= command.id %> --channel team-app',
  ]
  static override flags = {
    ...roomFlags,
    to: Flags.string({ summary: 'The server; default: relay.to of the configuration.', helpValue: 'URL' }),
    status: Flags.boolean({
      summary: 'Tell how the relay of this machine stands.',
      exclusive: ['to', 'once', 'channel', 'detach', 'attach'],
    }),
    once: Flags.boolean({ summary: 'End as soon as both sides agree (for machines that come and go).' }),
    timeout: Flags.integer({
      summary: 'With --once: give up after so many seconds (exit 4). Default: the server is waited for.',
      helpValue: 'SECONDS',
      min: 1,
      dependsOn: ['once'],
    }),
    app: Flags.string({
      summary: 'Only this channel; may be repeated. Default: all.',
      helpValue: 'APP',
      multiple: true,
    }),
    channel: Flags.string({
      summary: "Name this repository's room on the server, in its .rally.json (or accept the name there), and end.",
      helpValue: 'NAME',
      exclusive: ['to', 'once', 'detach', 'attach'],
    }),
    detach: Flags.boolean({
      summary: "Relay this repository's channel no more and decide its leases here again, and end.",
      exclusive: ['to', 'once', 'attach'],
    }),
    attach: Flags.boolean({ summary: 'Undo --detach, and end.', exclusive: ['to', 'once'] }),
  }

  protected override get streams(): boolean {
    return !this.argv.some(
      (word) => ['--status', '--detach', '--attach'].includes(word) || word.startsWith('--channel'),
    )
  }

  protected async execute(): Promise<Outcome | undefined> {
    const { flags } = await this.parse(Relay)
    if (flags.status) return this.#status()
    if (flags.channel !== undefined) return this.#name(flags.workdir, flags.channel)
    if (flags.detach || flags.attach) return this.#setDetached(flags.workdir, flags.detach)
    await this.#run({ to: flags.to, once: flags.once, timeout: flags.timeout, apps: flags.app })
    return undefined
  }

  async #run(input: {
    to: string | undefined
    once: boolean
    /** Seconds. */
    timeout: number | undefined
    apps: string[] | undefined
  }): Promise<void> {
    const { rally } = this
    const { clock, ids, configuration, env } = rally
    const plugins = this.rally.transportPlugins
    const api = createTransportApi({ clock, ids })
    const { plugin, settings } = await findServer({ configuration, plugins, api, env }, { to: input.to })
    const files = await rally.relayFiles()
    const late = input.timeout === undefined ? undefined : AbortSignal.timeout(input.timeout * 1000)
    await untilStopped(async (stopped) => {
      const signal = late ? AbortSignal.any([stopped, late]) : stopped
      const giveUp = () => {
        if (late?.aborted && !stopped.aborted) throw tooLate(input.timeout)
      }
      const connection = await this.#connect(() => plugin.connect(settings, { name: 'rally-relay' }), signal)
      if (connection === undefined) return giveUp()
      try {
        const status = await relayMachine(
          {
            discovery: rally.discovery,
            transports: rally.localTransports,
            files,
            connection,
            clock,
            ids,
            sha256: (text) => createHash('sha256').update(text).digest('hex'),
            sleep: (ms, until) => wait(ms / 1000, until),
            pid: process.pid,
            prefix: settings.prefix ?? 'rally',
            to: input.to,
            presenceTtl: plugin.presenceTtl,
            receiptsOf: (channel, home) => ownReceipts(channel, home, { clock, env }),
            report: (event) => this.#tell(event),
          },
          { signal, once: input.once, apps: input.apps },
        )
        const refused = status.channels.find(({ error, state }) => state === 'refused' && error !== null)
        if (input.once && refused?.error) throw refusal(refused.error, refused.app)
        giveUp()
      } finally {
        await connection.close()
      }
    })
  }

  /** A server that is down when the machine starts is waited for; one that refuses is an error. */
  async #connect(connect: () => Promise<ServerConnection>, signal: AbortSignal): Promise<ServerConnection | undefined> {
    for (let pause = FIRST_PAUSE, tries = 0; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE), tries++) {
      try {
        return await connect()
      } catch (error) {
        if (!isRallyError(error) || error.code !== 'SERVER_UNREACHABLE') throw error
        if (tries === 0) this.#tell({ event: 'waiting', code: error.code, reason: error.message, hint: error.hint })
        await wait(pause, signal)
      }
    }
    return undefined
  }

  #tell(event: RelayEvent): void {
    const { event: name, ...facts } = event
    const line = { event: name, at: new Date(this.rally.clock.now() * 1000).toISOString(), ...facts }
    writeStdout(
      this.wantsJson
        ? renderJsonLine(line)
        : `${wrapText(renderRelayEvent(line, this.terminal), this.terminal.columns)}\n`,
    )
    if (event.event === 'ready') notifyServiceManager('READY=1', this.rally.env)
    if (event.event === 'stopped') notifyServiceManager('STOPPING=1', this.rally.env)
  }

  async #status(): Promise<Outcome> {
    const files = await this.rally.relayFiles()
    const known = await files.readStatus()
    const running = await files.isRunning()
    const json: RelayStatusOutput = {
      running,
      pid: known?.pid ?? null,
      machine: known?.machine ?? null,
      server: known?.server ?? null,
      connected: running && (known?.connected ?? false),
      started_at: known?.started_at ?? null,
      written_at: known?.written_at ?? null,
      channels: [...(known?.channels ?? [])],
    }
    const now = this.rally.clock.now()
    return { json, text: (terminal) => renderRelayStatus(json, { ...terminal, now }) }
  }

  async #name(workdir: string, name: string): Promise<Outcome> {
    const channel = await this.rally.discovery.resolve(workdir)
    const path = setRoomName(channel.repoRoot ?? workdir, name)
    // Whoever types the name agrees to it, also where the repository had proposed it.
    await (await this.rally.relayFiles()).accept(channel, name)
    return {
      json: { app: channel.app, key: name, path },
      text: () =>
        `${channel.app} is ${name} on the server from now on (${path}); commit the file so that other clones agree`,
    }
  }

  async #setDetached(workdir: string, detached: boolean): Promise<Outcome> {
    const files = await this.rally.relayFiles()
    const channel = await this.rally.discovery.resolve(workdir)
    const room = await files.readRoom(channel)
    if (room === undefined) {
      const hint = 'rally relay --status lists them'
      throw new RallyError('NOT_FOUND', { what: 'relayed channel', value: channel.app, hint })
    }
    const { detached: _before, attached: _after, ...rest } = room
    await files.writeRoom(channel, { ...rest, ...(detached ? { detached } : { attached: true }) })
    const text = detached
      ? `${channel.app} is relayed no more; its leases are decided on this machine`
      : `${channel.app} is taken up by the relay of this machine, if one is running, within seconds`
    const path = `${channel.dir}/relay.json`
    return { json: { app: channel.app, key: detached ? null : room.key, path }, text: () => text }
  }
}

function tooLate(seconds: number | undefined): RallyError {
  return new RallyError('TIMED_OUT', { seconds, what: 'this machine and the server to agree' })
}

function refusal(error: { code: string; message: string; hint: string | null }, app: string): RallyError {
  const { code, message, hint } = error
  if (code === 'RELAY_CHANNEL_PROPOSED') return relayError(code, { app, message, hint })
  return code === 'RELAY_KEY_TAKEN'
    ? relayError('RELAY_KEY_TAKEN', { apps: app, key: 'of another one' })
    : relayError('RELAY_KEY_UNKNOWN', { app, reason: 'its repository has no origin that other machines know' })
}
