import type { Tool } from '../tool.js'
import { STRING, STRINGS } from './arguments-of-all.js'

/** Whoever takes it. */
const ANY_PEER = 'peer'

export const handoff: Tool = {
  name: 'handoff',
  description: 'Hand files over with their contract; without text: list open handoffs',
  inputSchema: {
    type: 'object',
    properties: {
      to: STRING,
      text: STRING,
      owns: STRINGS,
      does_not_own: STRINGS,
      contract: { ...STRING, description: 'what the parts promise each other' },
      checkpoint: { ...STRING, description: 'how it comes together' },
      as: STRING,
    },
  },
  async run({ args, caller, api, room }) {
    const [text, owns] = [args.text('text'), args.texts('owns')]
    if (text === undefined && owns.length === 0) {
      const looking = await caller.look()
      return room.texts.handoffs(looking, await room.listHandoffs(looking))
    }
    const ctx = await caller.session()
    const to = args.text('to') ?? ANY_PEER
    const addressed = to === ANY_PEER ? undefined : await api.usecases.address(ctx, to)
    const result = await api.usecases.handOff(ctx, {
      to: addressed?.to ?? to,
      toSessionId: addressed?.toSessionId,
      message: text,
      ownership: {
        owns: [...owns],
        does_not_own: [...args.texts('does_not_own')],
        interface_contract: args.text('contract') ?? '',
        integration_checkpoint: args.text('checkpoint') ?? '',
        allowed_tools: [],
        denied_tools: [],
      },
    })
    if (!result.accepted) {
      const fields = result.missingOrInvalid.map((field) => ARGUMENT_OF[field] ?? field).join(', ')
      throw api.error('HANDOFF_INCOMPLETE', {
        fields,
        missing_or_invalid: result.missingOrInvalid,
        reason: result.reason,
      })
    }
    if (result.sent.failure !== undefined) throw result.sent.failure
    const heard = addressed === undefined ? '' : room.texts.hearers(addressed.recipients)
    return `#${result.sent.revision} handed over to ${room.texts.line(addressed?.name ?? to)}${heard}`
  },
}

const ARGUMENT_OF: Readonly<Record<string, string>> = {
  interface_contract: 'contract',
  integration_checkpoint: 'checkpoint',
}
