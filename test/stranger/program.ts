// A program of somebody else, type-checked strictly against what is published: no cast, no `any`, no inner module.
import { transportContract } from '@rally/conformance'
import {
  type ChangeRecord,
  type HandoffOwnership,
  handOff,
  isRallyError,
  type PluginOutcome,
  type Posted,
  post,
  type RallyApi,
  readStatus,
  type SessionContext,
  type StatusReport,
  writePresence,
} from '@rally/core'
import { composeReply, findCollisions } from '@rally/core/moments'
import type {
  HostAdapter,
  HostAdapterFactory,
  LogStore,
  Moment,
  ServerConnection,
  Transport,
  TransportApi,
  TransportPluginFactory,
} from '@rally/core/ports'
import { createMemoryTransports, createSessionRoom } from '@rally/core/testing'
import { type OpenRoom, openRoom } from '@rally/local'
import { defineHost, HOOK_SPECIFIC_OUTPUT } from '@rally/plugin-kit'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'

// Post, presence, status.

export async function takePart(workdir: string): Promise<StatusReport> {
  const room: OpenRoom = await openRoom(workdir, { sessionId: 'builder', tool: 'ci' })
  await writePresence(room, { task: 'build', filesInFlight: ['src/a.ts'] })
  const posted: Posted = await post(room, { kind: 'feedback', to: 'codex', message: 'red' })
  console.log(posted.revision, posted.eventId)
  const status = await readStatus(room, { maxChanges: 5 })
  const action: string = status.required_action
  for (const { session_id, tool } of status.active_peers) console.log(action, session_id, tool)
  await room.close()
  return status
}

export async function giveAway(room: SessionContext): Promise<readonly string[]> {
  const ownership: HandoffOwnership = {
    owns: ['src/**'],
    does_not_own: ['docs/**'],
    allowed_tools: [],
    denied_tools: [],
    interface_contract: 'the types of src/index.ts',
    integration_checkpoint: 'when the tests pass',
  }
  try {
    const result = await handOff(room, { to: 'codex', message: 'finish it', ownership })
    return result.accepted ? [result.to] : result.missingOrInvalid
  } catch (error) {
    if (isRallyError(error) && error.code === 'NOT_STORED') return [error.hint ?? error.message]
    throw error
  }
}

// A host plugin, by hand and by the kit.

export const byHand: HostAdapterFactory = (api) => {
  const parse: HostAdapter['parse'] = (_event, payload, env) => {
    const fields = api.obj(payload)
    const sessionId = api.str(fields.session_id) || env.QUILL_SESSION || ''
    return sessionId === ''
      ? undefined
      : { host: 'quill', name: 'prompt', event: 'Prompt', sessionId, cwd: api.str(fields.cwd) }
  }
  return { ...kit(api), parse }
}

export const kit = defineHost({
  id: 'quill',
  title: 'Quill',
  shortName: 'quill',
  aliases: [],
  marks: { sessionVariables: ['QUILL_SESSION'] },
  events: { Start: 'session-start', Prompt: 'prompt', BeforeTool: 'before-edit' },
  capabilities: { context: ['prompt'], deny: true, textLimit: 1000, timeoutUnit: 'ms', children: false },
  edited: ({ api, payload }) => [api.str(payload.file)].filter((path) => path !== ''),
  answers: HOOK_SPECIFIC_OUTPUT,
})

export function nameOf(moment: Moment): string {
  return `${moment.sessionId}: ${moment.name}`
}

// A transport: another one, counted.

export function counted(inner: Transport, count: (record: ChangeRecord) => void): Transport {
  const log: LogStore = {
    ...inner.log,
    async read(after, limit) {
      const page = await inner.log.read(after, limit)
      for (const record of page.records) count(record)
      return page
    },
  }
  return { ...inner, kind: 'counted', log }
}

export const plugin: TransportPluginFactory = (api: TransportApi) => ({
  api: 1,
  transport: 'mem',
  schemes: ['mem'],
  presenceTtl: 60,
  async connect(settings): Promise<ServerConnection> {
    if (settings.to === '') throw api.error('CONFIG_INVALID', { reason: 'no server' })
    const { transport } = await createSessionRoom()
    return {
      server: 'mem',
      up: true,
      onChange: () => () => undefined,
      open: () => transport,
      check: async () => [],
      close: async () => undefined,
    }
  },
})

export function suite(runner: Parameters<typeof transportContract>[0]): void {
  let count = 0
  const transports = createMemoryTransports({
    hex: (length) => (++count).toString(16).padStart(length, '0'),
    digits: (length) => String(++count).padStart(length, '0'),
  })
  transportContract(runner, {
    name: 'counted',
    supports: { persistent: false, shared: false, foreignWriters: false, presenceTtl: false, refusesReplays: false },
    async open(name) {
      const { as } = await createSessionRoom()
      const open = async () =>
        counted(await transports.open({ ...as('s').channel, dir: `/mem/${name}` }), () => undefined)
      const transport = await open()
      return { transport, reopen: open, cleanup: () => transport.close() }
    },
  })
}

export class Hello extends PluginCommand {
  static override flags = { ...sessionFlags }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Hello)
    const { session, channel } = await api.session(toRequest(flags))
    return { json: { session_id: session.sessionId }, text: `hello in ${channel.app}` }
  }
}

export { composeReply, findCollisions }
