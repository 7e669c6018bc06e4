import * as Flags from '@oclif/core/flags'
import { isRallyError } from '@rally/core/errors'
import type { Presence } from '@rally/core/model/presence'
import { obj, parseJson, text } from '@rally/core/readers'
import { recordedProcess } from '@rally/core/rules/presence/life'
import { drawPicture } from '@rally/core/usecases/picture/draw-picture'
import { gatherRoom } from '@rally/core/usecases/status/gather-room'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import { type Outcome, RallyCommand } from '../base-command.js'
import { sessionFlags } from '../flags.js'
import { keepLine, type MadeFrom, stampOf } from '../kept-line.js'
import { readPrompts } from '../prompts-setting.js'
import { askedLine, isPlain } from '../status-line.js'
import { PLAIN_STYLE, type Style } from '../terminal.js'
import { renderStatusline } from '../views/status/statusline.js'

/** Git is not asked, no message is read, and what others have not read is not counted. */
const NOT_ASKED = { dirty: { files: [], unknown: false }, lastMessages: [], unreadOf: new Map<string, number>() }
/** Where there is no room: a prompt shows nothing, and no error. */
const NO_ROOM: ReadonlySet<string> = new Set(['NOT_A_REPOSITORY', 'CHANNEL_UNAVAILABLE', 'CHANNEL_UNUSABLE'])

export default class Statusline extends RallyCommand {
  static override summary = 'Print one short line for a shell prompt or a status line: trouble first.'
  static override description =
    `Prints nothing outside of a repository, and where you are alone and nothing is wrong. With --stdin it reads the JSON that a coding
program hands to its status line: the keys session_id and cwd say who asks and where.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --width 40',
    '<%= config.bin %> <%= command.id %> --stdin',
  ]
  static override flags = {
    ...sessionFlags,
    width: Flags.integer({ summary: 'Columns at most.', helpValue: 'N', default: 80, min: 10, max: 400 }),
    stdin: Flags.boolean({ summary: 'Read who asks, and where, as JSON from stdin.' }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Statusline)
    const asked = askedLine()
    const given = flags.stdin ? obj(parseJson(asked.input ?? '')) : {}
    const asking = {
      ...flags,
      'session-id': flags['session-id'] ?? text(given.session_id),
      workdir: flags.workdir === '.' ? (text(given.cwd) ?? '.') : flags.workdir,
    }
    const keep = (line: string, from: MadeFrom, now = Date.now() / 1000) => {
      if (isPlain()) keepLine(asked, { ...from, line }, now)
      return line
    }
    try {
      const ctx = await this.rally.look(asking)
      const now = ctx.clock.now()
      const root = ctx.channel.dir
      const stamp = isPlain() ? stampOf(root) : undefined
      const input = { prompts: await readPrompts(this.rally, ctx.channel) }
      const facts = await gatherRoom(ctx, input, NOT_ASKED)
      const picture = drawPicture(ctx, facts, input)
      const unread = facts.unread.direct + facts.unread.broadcast
      const line = (style: Style) => renderStatusline(picture, unread, { width: flags.width, style })
      const agents = picture.agents.filter(({ state }) => state !== 'gone' && state !== 'silent').length
      return {
        json: { line: line(PLAIN_STYLE), status: picture.verdict.status, agents, unread },
        // Trouble is told with ages, which go on.
        text: ({ style }) =>
          stamp === undefined || picture.verdict.status !== 'clear'
            ? line(style)
            : keep(line(style), { room: { root, stamp }, pids: pidsOf(facts.sessions) }, now),
      }
    } catch (error) {
      if (!isRallyError(error) || !NO_ROOM.has(error.code)) throw error
      return { json: { line: '', status: null, agents: 0, unread: 0 }, text: () => keep('', { pids: [] }) }
    }
  }
}

/** Host processes of this machine that run: while they do, and nothing is written, nobody has gone. */
function pidsOf(sessions: readonly Presence[]): number[] {
  const processes = sessions.flatMap((presence) => recordedProcess(presence) ?? [])
  return processes.filter((one) => probeHostProcess(one) === 'runs').map(({ pid }) => pid)
}
