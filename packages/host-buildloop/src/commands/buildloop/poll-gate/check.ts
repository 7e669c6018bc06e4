import { readFileSync } from 'node:fs'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, RallyApi } from '@rally/core/plugin-api/rally-api'
import { PluginCommand, sessionFlags, toRequest } from '@rally/plugin-kit/commands'
import { handoffsOpen, type OpenHandoffRow, openMine } from '../../../command-line/open-handoffs.js'
import { oneLine } from '../../../command-line/render-checkpoint.js'
import type { PollGateCheckOutput } from '../../../outputs/buildloop-poll-gate-check.js'
import { isObject } from '../../../run/state-file.js'
import { DISPOSED } from './dispose.js'

const ADVICE =
  'Read the answers (rally inbox read, rally checkpoint) and settle these before completing. The target settles a handoff by a record that names it; when the target is idle, do it yourself and record that: rally buildloop poll-gate dispose --help shows how.'

/** How far back a fallback for a handoff of another room is looked for. */
const LOOK_BACK = 1000

export default class PollGateCheck extends PluginCommand {
  static override summary = 'Exit 5 while a handoff of mine is open: an answer is pulled, nobody brings it.'
  static override description =
    'Mine are the handoffs that this session posted or, with --tool alone, those of that tool. Call it before a run completes.'
  static override examples = ['<%= config.bin %> <%= command.id %> --session-id loop-1 --json']
  static override flags = {
    ...sessionFlags,
    'room-json': Flags.string({
      summary: 'Judge this list of open handoffs instead (the form of another room program).',
      helpValue: 'PATH',
    }),
  }

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(PollGateCheck)
    const { 'room-json': path, tool, workdir } = flags
    const open =
      path === undefined
        ? await (await openMine(api, toRequest(flags)))()
        : await openInRoom(api, { path, tool, workdir })
    const json: PollGateCheckOutput = {
      gated: open.length > 0,
      mine_open: open,
      ...(open.length > 0 ? { advice: ADVICE } : {}),
    }
    if (open.length === 0) return { json, text: 'no handoff of yours is open' }
    const lines = open.map(({ event_id, target, subject }) => `${event_id}  to ${oneLine(target)}: ${oneLine(subject)}`)
    return { json, text: lines.join('\n'), error: handoffsOpen(api, open) }
  }
}

/** Open handoffs of `{data: {room: {open_handoffs: []}}}`, less those for which a fallback was recorded here. */
async function openInRoom(
  api: RallyApi,
  { path, tool, workdir }: { path: string; tool: string | undefined; workdir: string },
): Promise<OpenHandoffRow[]> {
  const ctx = await api.room({ workdir })
  const records = await ctx.transport.log.latest(LOOK_BACK)
  const settled = new Set(records.filter(({ kind }) => kind === DISPOSED).map(({ payload }) => payload.ref))
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return readRoom(api, path)
    .filter(isObject)
    .filter((handoff) => tool === undefined || handoff.tool === tool)
    .filter(({ event_id }) => !settled.has(event_id))
    .map(({ event_id, target, subject }) => ({
      event_id: text(event_id) || null,
      target: text(target),
      subject: text(subject),
    }))
}

function readRoom(api: RallyApi, path: string): readonly unknown[] {
  let room: unknown
  try {
    room = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw api.error('READ_FAILED', { path, reason: error instanceof Error ? error.message : String(error) })
  }
  const data = isObject(room) && isObject(room.data) ? room.data : {}
  const list = isObject(data.room) ? data.room.open_handoffs : undefined
  return Array.isArray(list) ? list : []
}
