import type { Tool } from '../tool.js'
import { BOOLEAN, STRING } from './arguments-of-all.js'
import { speak } from './speak.js'

export const tell: Tool = {
  name: 'tell',
  description:
    'Send a message. ask wants an answer; escalate blocks the room until it is decided; wake rings who is idle',
  inputSchema: {
    type: 'object',
    properties: {
      to: { ...STRING, description: 'session, tool, person, lead or all' },
      text: STRING,
      kind: { ...STRING, enum: ['tell', 'ask', 'escalate'] },
      urgent: BOOLEAN,
      wake: BOOLEAN,
      as: STRING,
    },
    required: ['text'],
  },
  async run(call) {
    const { args, caller, api, room } = call
    const [to, text, kind] = [args.text('to'), args.text('text') ?? '', args.word('kind')]
    if (kind === 'escalate') {
      const { revision } = await room.escalate(await caller.session(), { reason: text, needs: to })
      return `#${revision} blocks the room until it is answered; everybody hears of it`
    }
    if (to === undefined) throw args.missing('to')
    const ctx = await caller.session()
    return speak(call, ctx, { to: await api.usecases.address(ctx, to), text, asks: kind === 'ask' })
  },
}
