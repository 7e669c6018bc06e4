import * as Flags from '@oclif/core/flags'
import { isRallyError } from '@rally/core/errors'
import type { Presence } from '@rally/core/model/presence'
import type { RoomPicture } from '@rally/core/model/room-picture'
import { obj, parseJson, text } from '@rally/core/readers'
import { recordedProcess } from '@rally/core/rules/presence/life'
import { drawPicture } from '@rally/core/usecases/picture/draw-picture'
import { gatherRoom } from '@rally/core/usecases/status/gather-room'
import { probeHostProcess } from '@rally/local/identity/host-probe'
import { type Outcome, RallyCommand } from '../base-command.js'
import { type SessionFlags, sessionFlags } from '../flags.js'
import { type Asked, keepLine, type MadeFrom, stampOf } from '../kept-line.js'
import { readPrompts } from '../prompts-setting.js'
import { askedLine, isPlain } from '../status-line.js'
import { PLAIN_STYLE, type Style } from '../terminal.js'
import { renderStatusline } from '../views/status/statusline.js'

/** Git is not asked, no message is read, and what others have not read is not counted. */
const NOT_ASKED = { dirty: { files: [], unknown: false }, lastMessages: [], unreadOf: new Map<string, number>() }
/** Where there is no room: a prompt shows nothing, and no error. */
const NO_ROOM: ReadonlySet<string> = new Set(['NOT_A_REPOSITORY', 'CHANNEL_UNAVAILABLE', 'CHANNEL_UNUSABLE'])
const NO_LINE = { line: '', status: null, agents: 0, unread: 0 }

interface Look {
  readonly picture: RoomPicture
  readonly unread: number
  readonly madeFrom: () => MadeFrom
  /** Epoch seconds. */
  readonly now: number
}

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
    const look = await this.#look(askingOf(flags, asked.input))
    if (look === undefined) return { json: NO_LINE, text: () => keep(asked, '', { pids: [] }) }
    const { picture, unread } = look
    const { status } = picture.verdict
    const agents = picture.agents.filter(({ state }) => state !== 'gone' && state !== 'silent').length
    const line = (style: Style) => renderStatusline(picture, unread, { width: flags.width, style })
    return {
      json: { line: line(PLAIN_STYLE), status, agents, unread },
      // Trouble is told with ages, which go on.
      text: ({ style }) => (status === 'clear' ? keep(asked, line(style), look.madeFrom(), look.now) : line(style)),
    }
  }

  /** Undefined where there is no room. */
  async #look(asking: SessionFlags): Promise<Look | undefined> {
    try {
      const ctx = await this.rally.look(asking)
      const root = ctx.channel.dir
      const stamp = isPlain() ? stampOf(root) : undefined
      const input = { prompts: await readPrompts(this.rally, ctx.channel) }
      const facts = await gatherRoom(ctx, input, NOT_ASKED)
      return {
        picture: drawPicture(ctx, facts, input),
        unread: facts.unread.direct + facts.unread.broadcast,
        madeFrom: () => ({ room: stamp === undefined ? undefined : { root, stamp }, pids: pidsOf(facts.sessions) }),
        now: ctx.clock.now(),
      }
    } catch (error) {
      if (isRallyError(error) && NO_ROOM.has(error.code)) return undefined
      throw error
    }
  }
}

/** Host processes of this machine that run: while they do, and nothing is written, nobody has gone. */
function pidsOf(sessions: readonly Presence[]): number[] {
  const processes = sessions.flatMap((presence) => recordedProcess(presence) ?? [])
  return processes.filter((one) => probeHostProcess(one) === 'runs').map(({ pid }) => pid)
}

/** What stands on stdin counts where no flag says otherwise. */
function askingOf<Flags extends SessionFlags>(
  flags: Flags & { readonly stdin: boolean },
  input: string | undefined,
): Flags {
  const given = flags.stdin ? obj(parseJson(input ?? '')) : {}
  return {
    ...flags,
    'session-id': flags['session-id'] ?? text(given.session_id),
    workdir: flags.workdir === '.' ? (text(given.cwd) ?? '.') : flags.workdir,
  }
}

/** Only a line without colours, in a pipe, is kept. */
function keep(asked: Asked, line: string, from: MadeFrom, now = Date.now() / 1000): string {
  if (isPlain()) keepLine(asked, { ...from, line }, now)
  return line
}
