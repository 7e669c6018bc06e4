import type { PictureAgent } from '@rally/core/model/room-picture'
import { text } from '@rally/core/readers'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { KeyedEntry, NothingRead, RoomNews } from '../stream/room-news.js'
import type { PersonWriting } from '../stream/write-as-person.js'
import { type AlertSettings, Alerts } from './alerts.js'
import { quoted } from './cells.js'
import { changeView, keepSelection } from './change-view.js'
import { drawFrame } from './frame.js'
import type { Pressed } from './keyboard.js'
import { timeOf } from './panes/happened.js'
import { Prompt } from './prompt.js'
import { findHandoff, findReplyTarget } from './reply-target.js'
import { isHere } from './rows.js'
import type { Screen } from './screen.js'
import type { Theme } from './theme.js'
import { FIRST_VIEW, type Known, type Notice, type View } from './view.js'

export interface TopParts {
  readonly screen: Screen
  readonly writing: Pick<PersonWriting, 'tell' | 'reply' | 'claim' | 'settle'>
  stop(agent: PictureAgent): Promise<string>
  /** Epoch seconds. */
  now(): number
  readonly theme: Theme
  readonly alerts: AlertSettings
  /** `0` for q, `130` for Ctrl-C. */
  quit(code: number): void
  suspend(): void
}

/** Entries of the timeline that are kept. */
const MOST_ENTRIES = 5000

/** The view on the screen: takes news and keys, draws. */
export class Top {
  readonly #parts: TopParts
  readonly #alerts: Alerts
  readonly #entries = new Map<string, KeyedEntry>()
  #known: Known | undefined
  #unreadable: string | undefined
  #view: View = FIRST_VIEW
  #prompt: Prompt | undefined
  #notice: Notice | undefined

  constructor(parts: TopParts) {
    this.#parts = parts
    this.#alerts = new Alerts(parts.screen, parts.alerts)
  }

  /** Entries that happened before anything was told. */
  remember(entries: readonly KeyedEntry[]): void {
    for (const entry of entries) this.#entries.set(entry.key, entry)
    if (this.#known !== undefined) this.#known = { ...this.#known, timeline: this.#timeline() }
  }

  take(news: RoomNews | NothingRead): void {
    this.#unreadable = news.unreadable
    if (news.picture === undefined) return
    this.remember(news.entries)
    const before = this.#known
    this.#known = { news, timeline: news.entries.length === 0 && before ? before.timeline : this.#timeline() }
    this.#view = keepSelection(this.#view, this.#known, before)
    this.#alerts.look(news.picture)
  }

  draw(): void {
    const { screen, now, theme } = this.#parts
    const prompt = this.#prompt
    screen.draw(
      drawFrame(this.#known, this.#view, {
        ...{ columns: screen.columns, rows: screen.rows, now: now(), theme, notice: this.#notice },
        unreadable: this.#unreadable,
        prompt: prompt && ((columns) => prompt.draw(columns)),
      }),
    )
  }

  press(pressed: Pressed): void {
    const { key } = pressed
    if (key === 'ctrl+l') this.#parts.screen.forget()
    if (key === 'ctrl+c') this.#parts.quit(130)
    else if (key === 'ctrl+z') this.#parts.suspend()
    else if (this.#prompt !== undefined) this.#prompt.press(pressed)
    else {
      this.#notice = undefined
      this.#command(key)
    }
    this.draw()
  }

  #command(key: string | undefined): void {
    const known = this.#known
    const view = known && changeView(this.#view, key, known)
    if (key === 'q') this.#parts.quit(0)
    else if (known === undefined) return
    else if (view !== undefined) this.#see(view)
    else if (key === 't') this.#tell()
    else if (key === 'r') this.#reply(known)
    else if (key === 'h') this.#settle(known)
    else if (key === 'c') this.#claim()
    else if (key === 's') this.#stop()
    else if (key === '/') this.#filter()
  }

  #see(view: View): void {
    this.#view = this.#known === undefined ? view : keepSelection(view, this.#known, undefined)
  }

  #tell(): void {
    const agent = this.#selected()
    const to = agent?.session_id ?? 'all'
    const name = agent === undefined ? 'everybody' : cleanLine(agent.name)
    this.#ask({ label: `tell ${name}:`, send: (said) => this.#parts.writing.tell({ to, text: said }) })
  }

  #reply(known: Known): void {
    const target = findReplyTarget(known, this.#selected())
    if (target === undefined) {
      this.#say('no message waits for a reply', true)
      return
    }
    const label = `reply to ${cleanLine(target.from)} ${quoted(target.text, 40)}:`
    this.#ask({ label, send: (said) => this.#parts.writing.reply({ id: target.id, text: said }) })
  }

  #settle(known: Known): void {
    const handoff = findHandoff(known, this.#selected())
    if (handoff === undefined) {
      this.#say('no handoff waits for an answer', true)
      return
    }
    const { id, from, text: about, verdicts } = handoff
    // The words to type first: a narrow screen cuts the rest.
    const label = `${verdicts.join(' or ')} handoff of ${cleanLine(from)} ${quoted(about, 30)}:`
    const send = async (said: string) => {
      const [, word = '', more = ''] = /^(\S+)\s*(.*)$/.exec(said) ?? []
      const verdict = verdicts.find((one) => one.startsWith(word.toLowerCase()))
      if (verdict === undefined) return `nothing is answered: type ${verdicts.join(' or ')}, and a word with it`
      return this.#parts.writing.settle({ id, verdict, ...(more === '' ? {} : { text: more }) })
    }
    this.#ask({ label, send })
  }

  #claim(): void {
    const send = (said: string) => this.#parts.writing.claim({ files: said.split(/\s+/).filter(Boolean) })
    this.#ask({ label: 'claim for you (files, folders, globs):', send })
  }

  #stop(): void {
    const agent = this.#selected()
    const name = agent === undefined ? '' : cleanLine(agent.name)
    if (agent === undefined || isHere(agent)) {
      const why = agent === undefined ? 'nobody is selected' : `${name} is ${agent.state}`
      this.#say(`${why}: a silent or gone session is stopped here (a lists them)`, true)
      return
    }
    this.#ask({
      label: `stop ${name}, which is ${agent.state}? y or n:`,
      send: async (said) => (/^y(es)?$/i.test(said) ? this.#parts.stop(agent) : 'nothing is stopped'),
    })
  }

  #filter(): void {
    const before = this.#view.filter
    const close = (filter: string) => {
      this.#prompt = undefined
      this.#see({ ...this.#view, filter, back: 0 })
    }
    this.#prompt = new Prompt({
      label: 'filter:',
      value: before,
      onChange: (filter) => this.#see({ ...this.#view, filter: filter.trim(), back: 0 }),
      onSubmit: (filter) => close(filter.trim()),
      onCancel: () => close(before),
    })
  }

  /** Asks for a line, does something with it, and says what came of it; an empty line does nothing. */
  #ask({ label, send }: { readonly label: string; send(said: string): Promise<string> }): void {
    const close = () => {
      this.#prompt = undefined
    }
    const submit = async (said: string) => {
      close()
      if (said.trim() === '') return
      this.#say('…', false)
      try {
        this.#say(await send(said.trim()), false)
      } catch (thrown) {
        this.#say(sentenceOf(thrown), true)
      }
      this.draw()
    }
    this.#prompt = new Prompt({ label, onCancel: close, onSubmit: (said) => void submit(said) })
  }

  #say(said: string, failed: boolean): void {
    this.#notice = { text: cleanLine(said), failed }
  }

  #selected(): PictureAgent | undefined {
    return this.#known?.news.picture.agents.find(({ session_id }) => session_id === this.#view.selected)
  }

  /** By time; an edit that goes on stands where it was last seen. */
  #timeline(): readonly KeyedEntry[] {
    const sorted = [...this.#entries.values()].sort((a, b) => (timeOf(a) ?? 0) - (timeOf(b) ?? 0))
    for (const { key } of sorted.splice(0, Math.max(0, sorted.length - MOST_ENTRIES))) this.#entries.delete(key)
    return sorted
  }
}

/** What happened, what to try, the code: as the command line says it. */
function sentenceOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const [hint, code] = [
    'hint' in thrown ? text(thrown.hint) : undefined,
    'code' in thrown ? text(thrown.code) : undefined,
  ]
  return `${thrown.message}${hint === undefined ? '' : ` (try: ${hint})`}${code === undefined ? '' : ` [${code}]`}`
}
