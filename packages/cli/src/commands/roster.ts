import { homedir } from 'node:os'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { RallyError } from '@rally/core/errors'
import type { Channel } from '@rally/core/model/channel'
import { buildRoster, type RosterReport } from '@rally/core/usecases/roster/build-roster'
import { type RosterLook, watchRoster } from '@rally/core/usecases/roster/watch-roster'
import { createActivity } from '@rally/local/channel-files/activity'
import { type Outcome, RallyCommand } from '../base-command.js'
import { idsFlag } from '../flags.js'
import { LiveScreen } from '../live-screen.js'
import { renderJsonLine, writeStdout } from '../output.js'
import { untilStopped, wait } from '../streaming.js'
import type { Terminal } from '../terminal.js'
import { renderRoster } from '../views/roster/roster.js'
import { renderNamedRoster } from '../views/roster/roster-named.js'
import { renderRosterText } from '../views/roster/roster-text.js'

/** Sessions shown unless all are asked for. */
const MOST_SHOWN = 12
const FORMATS = ['tree', 'named', 'json'] as const

export default class Roster extends RallyCommand {
  static override summary = 'Show who is live in all rooms of this machine, as a tree.'
  static override description =
    `A session is live while its host runs or, where that cannot be seen, for as long as its rhythm allows; one that no hook keeps
is listed for 120 s (--stale-secs). --watch redraws in place on a terminal
and prints a line of JSON for each change in a pipe.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --app my-repository --all',
    '<%= config.bin %> <%= command.id %> --watch',
  ]
  static override args = {
    seconds: Args.custom<number>({
      ignoreStdin: true,
      description: 'Seconds between two looks of --watch.',
      hidden: true,
      parse: async (word) => {
        if (!/^[1-9]\d{0,5}$/.test(word))
          throw new RallyError('USAGE', { message: `${JSON.stringify(word.slice(0, 40))} is no number of seconds` })
        return Number(word)
      },
    })(),
  }
  static override flags = {
    app: Flags.string({ summary: 'Only this room.', helpValue: 'APP' }),
    'stale-secs': Flags.integer({
      summary: 'Leave out sessions silent for longer, unless their host is known to run.',
      helpValue: 'N',
      min: 0,
    }),
    all: Flags.boolean({ summary: 'Show everybody, silent sessions too.' }),
    format: Flags.option({ options: FORMATS, summary: 'Form of the text.', default: 'tree' as const })(),
    watch: Flags.boolean({ summary: 'Go on until stopped.' }),
    ...idsFlag,
    workdir: Flags.string({ summary: 'Accepted for symmetry; a roster shows all rooms.', hidden: true }),
  }

  /** `--format json` is how the existing system spells `--json` here. */
  protected override get wantsJson(): boolean {
    return super.wantsJson || /(^| )--format[= ]json( |$)/.test(this.argv.join(' '))
  }

  protected override get streams(): boolean {
    return this.argv.includes('--watch')
  }

  protected async execute(): Promise<Outcome | undefined> {
    const { args, flags } = await this.parse(Roster)
    const { discovery, transports, clock, hostProcess } = this.rally
    const ctx = { discovery, transports, clock, hostProcess, activity: ({ dir }: Channel) => createActivity(dir) }
    const input = { app: flags.app, staleSecs: flags['stale-secs'], all: flags.all }
    const render = rendererOf(flags)
    if (!flags.watch) {
      const roster = await buildRoster(ctx, input)
      return { json: roster, text: (terminal) => render(roster, terminal).join('\n') }
    }
    await untilStopped(async (signal) => {
      const looks = watchRoster(ctx, { ...input, intervalSecs: args.seconds, signal, wait })
      if (this.terminal.isTty && !this.wantsJson) await this.#draw(looks, render)
      else for await (const { roster, changed } of looks) if (changed) writeStdout(this.#line(roster))
    })
    return undefined
  }

  #line(roster: RosterReport): string {
    return renderJsonLine({ ...roster, ok: true, schema: this.schema })
  }

  async #draw(looks: AsyncIterable<RosterLook>, render: Renderer): Promise<void> {
    const screen = new LiveScreen()
    screen.open()
    try {
      for await (const { roster } of looks) {
        screen.draw([...render(roster, this.terminal), '', this.terminal.style.dim('Ctrl-C ends')])
      }
    } finally {
      screen.close()
    }
  }
}

type Renderer = (roster: RosterReport, terminal: Terminal) => readonly string[]

function rendererOf({ format, ids, all }: { format: (typeof FORMATS)[number]; ids: boolean; all: boolean }): Renderer {
  const view = format === 'named' ? renderNamedRoster : renderRosterText
  const most = all ? undefined : MOST_SHOWN
  return (roster, terminal) => renderRoster(roster, { terminal, view, home: homedir(), ids, most })
}
