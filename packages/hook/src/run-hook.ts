import type { Moment, MomentReply } from '@rally/core/model/moment'
import { isSilenced } from '@rally/core/moments'
import type { HostAdapter } from '@rally/core/ports/host'
import { hostIdOf } from '@rally/core/rules/host/host-id'
import { appendJournal } from '@rally/local/hook-files/hook-journal'
import { probeFor } from '@rally/local/hook-files/probe-file'
import type { Env } from '@rally/local/system/user-dirs'
import { actMoment } from './act.js'
import { faultCode } from './faults.js'
import { type FindAdapterOptions, findAdapter } from './find-adapter.js'
import { answerProbe } from './probe.js'
import { readPayload } from './read-payload.js'
import { isSaidByTwin } from './say-once.js'
import { writeOutput } from './write-output.js'

export interface RunHookOptions extends Omit<FindAdapterOptions, 'env'> {
  readonly argv: readonly string[]
  readonly env: Env
  /** `Date.now()` at which the process started. */
  readonly started: number
  readonly machine: () => string
  readonly hookPid: number
  /** The words behind host and event: the gate was there before. */
  readonly gate?: GatePassed | undefined
  /** Told while it runs. */
  readonly seen?: Seen
}

/** What the gate did before it handed over: it read what stands on stdin, and may have announced the file. */
export interface GatePassed {
  /** Where the rest of the payload is. */
  readonly fd: number
  readonly isBegun: boolean
}

/** What the starter of hooks, which keeps compiled code, learns of a call. */
export interface Seen {
  /**
   * The call did what most calls of its event do not (a session that nobody
   * knew began with it), or what is worth keeping in addition (it had something to say).
   */
  isRare?: boolean
  spoke?: boolean
}

/** A host waits for its hooks: whatever happens, this one ends within so many milliseconds of its start. */
const DEADLINE_MS = 1500
/** Moments at which sessions begin. */
const STARTS: readonly string[] = ['session-start', 'child-start']

/** Of these, so many are kept for acting and answering. */
const RESERVE_MS = 300

/** One call of `rally-hook HOST EVENT`: never throws, always leaves an answer that the host accepts. */
export function runHook(options: RunHookOptions): number {
  const [host = '', event = ''] = options.argv
  if (isSilenced(options.env.RALLY_HOOKS)) {
    answerNothing(options, { host, event })
    return 0
  }
  let code: string
  const call: Call = { host, event }
  try {
    code = answer(options, call)
  } catch (error) {
    code = faultCode(error)
  }
  const t = Date.now()
  appendJournal(options.env, {
    t: t / 1000,
    host: word(host),
    event: word(event),
    ms: Math.round((t - options.started) * 10) / 10,
    code,
    ...(call.session !== undefined && { session: word(call.session) }),
  })
  if (options.seen !== undefined && (code === 'said' || code === 'denied')) options.seen.spoke = true
  return call.exit ?? 0
}

interface Call {
  readonly host: string
  readonly event: string
  /** The conversation that the payload named. */
  session?: string
  /** What the process ends with, where that is the host's way to hear of a refusal. */
  exit?: number
}

function answer(options: RunHookOptions, call: Call): string {
  const { host, event } = call
  const id = hostIdOf(host)
  const adapter = id === undefined ? undefined : findAdapter(id, options)
  if (adapter === undefined) return 'no-adapter'
  const reply = new Reply(adapter, options)
  try {
    const payload = readPayload({
      deadline: options.started + DEADLINE_MS - RESERVE_MS,
      rest: options.gate?.fd,
    })
    if (typeof payload === 'string') return payload
    reply.payload = payload
    const moment = adapter.parse(event, payload, options.env)
    if (moment === undefined) return 'not-ours'
    call.session = moment.sessionId
    const now = Date.now() / 1000
    const { env } = options
    const plan = probeFor(env, adapter.id, moment.cwd, now)
    const { context } = adapter.capabilities
    const send = (text: MomentReply): boolean => reply.send(moment, text)
    if (plan !== undefined && answerProbe({ env, moment, payload, plan, now, context, send })) return 'probed'
    const act = actMoment({
      moment,
      adapter,
      env,
      now,
      call: { adapter, payload },
      isBegun: options.gate?.isBegun === true,
      onEntry: () => {
        if (options.seen !== undefined) options.seen.isRare = !STARTS.includes(moment.name)
      },
      machine: options.machine,
      hookPid: options.hookPid,
      write: (said, about) => reply.send(moment, said, about),
    })
    let step = act.next()
    while (step.done !== true) step = act.next()
    return step.value
  } finally {
    reply.sendNothing(event)
    if (reply.exit !== undefined) call.exit = reply.exit
  }
}

/** Silenced for good: the host still gets its empty answer, and nothing is read, written or kept. */
function answerNothing(options: RunHookOptions, { host, event }: Call): void {
  try {
    const id = hostIdOf(host)
    const adapter = id === undefined ? undefined : findAdapter(id, options)
    if (adapter !== undefined) new Reply(adapter, options).sendNothing(event)
  } catch {
    // Nothing is an answer too.
  }
}

/** A greeting tells how long ago others were seen, so that no two are the same text. */
function isGreeting({ name }: Pick<Moment, 'name'>): boolean {
  return STARTS.includes(name)
}

/** The one answer of a call. */
class Reply {
  private sent = false
  /** Set by a refusal that is said by it. */
  exit: number | undefined
  /** What it answers. */
  payload: object | undefined

  constructor(
    private readonly adapter: HostAdapter,
    private readonly options: RunHookOptions,
  ) {}

  /** False when the host does not take it. */
  send(moment: Pick<Moment, 'name' | 'event'>, reply: MomentReply, about = ''): boolean {
    if (this.sent) return false
    const { stdout, stderr = '', exitCode } = this.adapter.render(moment, reply)
    const { env, started } = this.options
    const { payload } = this
    // The host hears it from the other one, which is as good.
    if (
      payload &&
      Object.keys(reply).length > 0 &&
      isSaidByTwin(env, { payload, answer: isGreeting(moment) ? '' : `${stdout}${stderr}${about}`, started })
    )
      return true
    this.sent = true
    const isOut = writeOutput(stdout, started + DEADLINE_MS) && writeOutput(stderr, started + DEADLINE_MS, 2)
    if (isOut) this.exit = exitCode
    return isOut
  }

  /** The host's empty answer, unless it has one already: an event that nobody made a moment of, or a fault. */
  sendNothing(event: string): void {
    try {
      this.send({ name: 'prompt', event }, {})
    } catch {
      // An adapter that cannot even say nothing.
    }
  }
}

/** What stood on the command line, in a form that can stand in a journal. */
function word(value: string): string {
  return value.replace(/[^A-Za-z0-9_.-]/g, '?').slice(0, 64)
}
