import { list, num, obj, str } from '@rally/core/readers'
import { describe, expect, it } from 'vitest'
import { ELSEWHERE } from './elsewhere.js'
import { findHints, type Hint } from './find-hints.js'
import { type HintRoom, makeHintRoom } from './hint-room.js'
import { commandsIn, readCommands } from './read-commands.js'
import { PLAYS } from './rooms.js'

// Every sentence that names a command of rally appears in a room of this file, and what it names is typed there as it stands.

const COMMANDS = readCommands()
const HINTS = findHints(new Set(COMMANDS.keys()))
const seen: string[] = []
const worked = new Set<string>()
/** How often a line was typed, in all rooms. */
const typedEver = new Map<string, number>()
/** A command that only shows something is typed so often, in whatever room it is named first. */
const OFTEN = 1
/** Nobody can do these twice. */
const SETTLES = new Set(['reply', 'escalate', 'handoff accept', 'handoff decline', 'handoff done'])

/** What a command that changes something must have done; one that shows something has only to end well. */
const DONE: Readonly<Record<string, (room: HintRoom, who: string, typed: readonly string[]) => void>> = {
  'ack-inbox': ({ ask }, who) => expect(num(ask(who, 'inbox', 'unread').unread_count)).toBe(0),
  ask: ({ ask }, who, [, name]) =>
    expect(list(ask(who, 'sent').messages).map((one) => str(obj(list(obj(one).recipients)[0]).name))).toContain(name),
  escalate: ({ ask }, who, [, , id]) =>
    expect(list(obj(ask(who).picture).questions).map((one) => String(num(obj(one).number)))).not.toContain(id),
  'handoff accept': ({ ask }, who) => expect(str(obj(list(ask(who, 'handoffs').handoffs)[0]).state)).toBe('accepted'),
  'handoff decline': ({ ask }, who) => expect(list(ask(who, 'handoffs').handoffs)).toEqual([]),
  'handoff done': ({ ask }, who) => expect(list(ask(who, 'handoffs').handoffs)).toEqual([]),
  'hooks install': ({ ask }, who, typed) =>
    expect(
      list(ask(who, 'hooks', 'status', '--host', typed[typed.indexOf('--host') + 1] ?? '').hosts),
    ).not.toMatchObject([{ state: 'absent' }]),
  'hooks on': ({ ask }, who) => expect(ask(who, 'hooks', 'status').silenced).toBeNull(),
  'hooks off': ({ ask }, who) => expect(str(ask(who, 'hooks', 'status').silenced)).toMatch(/^switched off by /),
  'lead claim': ({ ask }, who) => expect(str(ask(who, 'lead', 'status').seat)).toBe('held'),
  presence: ({ ask }, who) =>
    expect(
      str(
        list(obj(ask(who).picture).agents)
          .map(obj)
          .find(({ self }) => self)?.task,
      ),
    ).not.toBe(''),
  reply: ({ ask }, who, [, id = '']) => expect(JSON.stringify(ask(who, 'inbox', 'thread', id).messages)).toContain('…'),
  wake: ({ ask }, who) => expect(JSON.stringify(ask(who, 'wake-due'))).not.toContain('rally wake '),
}

const longest = (words: readonly string[]): string =>
  [3, 2, 1].map((count) => words.slice(0, count).join(' ')).find((id) => COMMANDS.has(id)) ?? ''

describe('advice works as it is printed', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))('%s', (_name, { play, exits = {}, not }) => {
    const room = makeHintRoom()
    play(room)
    const typed = new Set<string>()
    seen.push(...room.printed.map(({ text }) => text))
    for (const { text, who } of [...room.printed]) {
      for (const words of commandsIn(text, COMMANDS)) {
        const line = words.join(' ')
        const id = longest(words)
        // What is settled by one is settled for all; what only shows something is known after a few rooms.
        const key = SETTLES.has(id) ? line : `${who} ${line}`
        if (typed.has(key) || typed.has(`- ${line}`) || not?.test(line)) continue
        typed.add(key)
        const times = (typedEver.get(line) ?? 0) + 1
        if (DONE[id] === undefined && times > OFTEN) continue
        typedEver.set(line, times)
        const printed = room.printed.length
        const exit = room.type(who, ...words)
        const answer = room.printed
          .slice(printed)
          .map((one) => one.text)
          .join('')
        const wanted = exits[line] ?? exits[id] ?? 0
        expect([line, exit, exit === wanted ? '' : answer]).toEqual([line, wanted, ''])
        expect(answer, line).not.toBe('')
        if (!words.includes('--help')) DONE[id]?.(room, who, words.slice(id.split(' ').length - 1))
      }
    }
    for (const line of room.worked) worked.add(line)
  })

  it('is printed in one of these rooms, every sentence of it that another does not say', () => {
    const all = seen.join('\n')
    const isElsewhere = ({ file, text }: Hint) => ELSEWHERE.some(([known]) => `${file} ${text}`.includes(known))
    // A command without anything filled in is the same in every sentence: typed once, it works. Every help is tried elsewhere.
    const isTyped = ({ text }: Hint) => {
      const lines = commandsIn(text, COMMANDS).map((words) => words.join(' '))
      return (
        lines.length > 0 && lines.every((line) => !line.includes('*') && (worked.has(line) || line.endsWith(' --help')))
      )
    }
    const missing = HINTS.filter((hint) => !hint.pattern.test(all) && !isTyped(hint) && !isElsewhere(hint))
    expect(missing.map(({ file, text }) => `${file}: ${text}`)).toEqual([])
    for (const [known] of ELSEWHERE)
      expect(
        HINTS.some(({ file, text }) => `${file} ${text}`.includes(known)),
        `there is no sentence ${known}`,
      ).toBe(true)
  })
})
