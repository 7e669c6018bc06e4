import * as Flags from '@oclif/core/flags'
import { RallyError, reasonOf } from '@rally/core/errors'
import { personNotices } from '@rally/core/rules/picture/person-notices'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { RoomContext } from '@rally/core/usecases/context'
import type { StatusReport } from '@rally/core/usecases/status/read-status'
import { type WatchEvent, type WatchInput, watchChannel } from '@rally/core/usecases/status/watch-channel'
import { taskNotices } from '@rally/core/usecases/task/task-notices'
import { type Outcome, RallyCommand } from '../base-command.js'
import { type BesideRoom, readBesideRoom } from '../beside-room.js'
import { idsFlag, sessionFlags } from '../flags.js'
import { statusFlags, toStatusInput } from '../flags-status.js'
import { LiveScreen } from '../live-screen.js'
import { Notifier } from '../notifier.js'
import { renderJsonLine, writeStderr, writeStdout } from '../output.js'
import { readOwnFiles } from '../own-files.js'
import { startProgress } from '../progress.js'
import { isGone, orphanCheck, untilStopped, wait } from '../streaming.js'
import { renderStatus } from '../views/status/status.js'

const DEFAULT_LIFETIME_SECS = 14_400

export default class Watch extends RallyCommand {
  static override summary = 'Tell the state of the room whenever it changes.'
  static override description =
    `Wakes as soon as something is written, by whichever program. On a terminal the page is redrawn in place; in a pipe, or with
--json, each change is one line of JSON. Only reports, never acts. Ends by itself after four hours, with the process that
--parent-pid names, or when the process that started it is gone.`
  static override examples = [
    '<%= config.bin %> <%= command.id %> --iterations 1',
    '<%= config.bin %> <%= command.id %> --baseline-current --exit-on-change --jsonl',
    '<%= config.bin %> <%= command.id %> --exit-on-wake-due --max-lifetime-seconds 3600',
  ]
  static override flags = {
    ...sessionFlags,
    ...statusFlags,
    ...idsFlag,
    interval: Flags.string({
      summary: 'Seconds after which lateness and silence are judged anew.',
      helpValue: 'SECS',
      default: '3.0',
    }),
    iterations: Flags.integer({
      summary: 'End after so many looks; 0 for no end.',
      helpValue: 'N',
      default: 0,
      min: 0,
    }),
    notify: Flags.boolean({ summary: 'Also run the notice command of your configuration.' }),
    jsonl: Flags.boolean({ summary: 'Lines of JSON on a terminal, too.' }),
    'baseline-current': Flags.boolean({ summary: 'Take the present state as known.' }),
    'exit-on-change': Flags.boolean({ summary: 'End after the first change that was told.' }),
    'exit-on-wake-due': Flags.boolean({ summary: 'End when a standby of your tool is due.' }),
    'parent-pid': Flags.integer({ summary: 'End when this process is gone.', helpValue: 'PID' }),
    'max-lifetime-seconds': Flags.integer({
      summary: `End after so many seconds; default ${DEFAULT_LIFETIME_SECS}.`,
      helpValue: 'N',
      min: 0,
      env: 'BUILD_LOOP_WATCHER_MAX_LIFETIME_SECONDS',
    }),
  }

  protected override get streams(): boolean {
    return true
  }

  protected override get wantsJson(): boolean {
    return super.wantsJson || this.argv.includes('--jsonl')
  }

  protected async execute(): Promise<Outcome | undefined> {
    const { flags } = await this.parse(Watch)
    const intervalSecs = parseSeconds(flags.interval)
    const ctx = await this.rally.look(flags)
    const { 'parent-pid': parent, 'max-lifetime-seconds': lifetime } = flags
    const isOrphan = orphanCheck()
    const progress = startProgress('reading the log', this.rally.env)
    let shown: BesideRoom['shown'] | undefined
    const input = {
      ...toStatusInput(flags),
      intervalSecs,
      iterations: flags.iterations,
      baselineCurrent: flags['baseline-current'],
      exitOnChange: flags['exit-on-change'],
      exitOnWakeDue: flags['exit-on-wake-due'],
      maxLifetimeSecs: lifetime ?? DEFAULT_LIFETIME_SECS,
      abandoned: () => isOrphan() || (parent !== undefined && isGone(parent)),
      onProgress: progress.report,
      readBeside: async (dirty: readonly string[]) => {
        const beside = await readBesideRoom(this.rally, ctx)
        shown = beside.shown
        return { ...beside.judged, ownFiles: await readOwnFiles(this.rally, ctx, dirty) }
      },
      wait,
    }
    const tellPerson = flags.notify
      ? await this.#notifier({ ctx, graceSeconds: input.graceSeconds }, flags['baseline-current'])
      : undefined
    const draws = this.terminal.isTty && !this.wantsJson
    await untilStopped(async (signal) => {
      const watch = (onLook?: WatchInput['onLook']) =>
        watchChannel(ctx, { ...input, signal, onLook: both(onLook, tellPerson) })
      const around = () => ({ ...shown, now: ctx.clock.now(), ids: flags.ids })
      if (draws) await this.#draw(watch, { around, ready: progress.end })
      else for await (const event of watch(progress.end)) writeStdout(renderJsonLine(event))
    })
    return undefined
  }

  /** Tells the person of what is new at each look; looks that come meanwhile wait for the next one. */
  async #notifier({ ctx, graceSeconds }: Told, isBaseline: boolean): Promise<(report: StatusReport) => void> {
    const { notify } = await this.rally.configuration.read(undefined)
    if (notify === undefined) {
      const hint = 'set "notify" in your configuration, as rally help configuration shows'
      throw new RallyError('USAGE', { message: 'no notice command is configured', hint })
    }
    const notifier = new Notifier(notify, this.rally.env)
    let isFirst = isBaseline
    let told: Promise<unknown> = Promise.resolve()
    return (report) => {
      const isKnown = isFirst
      isFirst = false
      told = told
        .then(async () => {
          const notices = [...personNotices(report.picture), ...(await taskNotices(ctx, { graceSeconds }))]
          if (isKnown) notifier.know(notices)
          return notifier.tell(notices, report.app_slug)
        })
        .catch((error: unknown) => reasonOf(error))
        .then((failure) => {
          if (failure !== undefined) writeStderr(`rally: a notice was not told: ${cleanLine(failure)}\n`)
        })
    }
  }

  async #draw(
    watch: (onLook: WatchInput['onLook']) => AsyncIterable<WatchEvent>,
    { around, ready }: { around: () => Around; ready: () => void },
  ): Promise<void> {
    const screen = new LiveScreen()
    let due: readonly string[] = []
    let last: StatusReport | undefined
    const show = () => {
      if (last === undefined) return
      const { style } = this.terminal
      const page = renderStatus(last, { ...this.terminal, ...around() }).split('\n')
      screen.draw([
        ...page,
        ...due.map((command) => style.yellow(`due: ${cleanLine(command)}`)),
        '',
        style.dim('Ctrl-C ends'),
      ])
    }
    const onLook = (report: StatusReport) => {
      ready()
      last = report
      show()
    }
    screen.open()
    try {
      for await (const event of watch(onLook)) {
        if (event.event === 'rally_wake_due') due = event.suggested_commands
        show()
      }
    } finally {
      screen.close()
    }
  }
}

/** The room, who watches it, and how late a task may be. */
interface Told {
  readonly ctx: RoomContext
  readonly graceSeconds: number | undefined
}

/** What a page shows beside the room. */
type Around = Partial<BesideRoom['shown']> & { readonly now: number; readonly ids: boolean }

type OnLook = WatchInput['onLook']

function both(first: OnLook, second: OnLook): OnLook {
  return (report) => {
    first?.(report)
    second?.(report)
  }
}

/** A number of seconds with a fraction. Throws USAGE. */
function parseSeconds(value: string): number {
  const seconds = Number(value)
  if (value.trim() !== '' && Number.isFinite(seconds) && seconds > 0) return seconds
  throw new RallyError('USAGE', {
    message: `--interval takes a number of seconds, not ${JSON.stringify(value.slice(0, 40))}`,
  })
}
