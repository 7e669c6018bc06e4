import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { Agent } from './support/agent.js'
import { handOver } from './support/hand-over.js'
import { describeInTmux, Terminal } from './support/tmux.js'

const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 120, rows: 40 },
  { columns: 40, rows: 15 },
] as const

let world: World
const open: Terminal[] = []
const terminal = (options: ConstructorParameters<typeof Terminal>[1]): Terminal => {
  const made = new Terminal(world, options)
  open.push(made)
  return made
}

beforeAll(() => {
  world = new World()
})
afterAll(() => {
  for (const one of open) one.close()
  world.remove()
})

it('where there is no terminal it refuses, and names what to use there', () => {
  const { status, stdout, stderr } = world.rally(['top'])
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'error: rally top draws on a terminal, and this is none [TOP_NO_TERMINAL]\ntry: rally watch\n',
  })
  const { ok, error } = world.json(['top'])
  expect({ ok, error }).toMatchObject({ ok: false, error: { code: 'TOP_NO_TERMINAL', hint: 'rally watch' } })
})

describeInTmux('rally top in a terminal', () => {
  let agents: Agent[]
  beforeAll(() => {
    agents = ['a1', 'a2', 'a3', 'a4'].map((id) => new Agent(world, id))
  })

  it('agents appear, move, collide and leave, at every size', async () => {
    const screens = SIZES.map(terminal)
    for (const screen of screens) screen.enter(Terminal.top())
    for (const screen of screens) await screen.shows('no agents')
    for (const agent of agents) agent.start()
    for (const screen of screens) await screen.shows(/agents 4[\s\S]*claude-1[\s\S]*claude-4/)
    agents[0]?.edit('src/fs.ts')
    for (const screen of screens) await screen.shows(/claude-1 .*working .*fs\.ts/)
    expect(agents[1]?.edit('src/fs.ts')).toContain('claude-1')
    for (const screen of screens) {
      const shown = await screen.shows(/warn {2}1 matter\n! src\/fs\.ts/)
      expect(shown).toMatch(/.!claude-1 [\s\S]*.!claude-2 |.!claude-2 [\s\S]*.!claude-1 /)
    }
    expect(screens[0]?.state().title).toBe('rally: shop warn (1)')
    agents[3]?.end()
    for (const screen of screens) await screen.shows(/agents 3\b/)
    for (const [at, screen] of screens.entries()) {
      const { columns, rows } = SIZES[at] ?? SIZES[0]
      expect(screen.lines()).toHaveLength(rows)
      expect(screen.lines().at(-1)).toMatch(columns < 60 ? /^j\/k t r c s \/ \? q/ : /^j\/k move .* q quit/)
      screen.press('q')
      await screen.ended()
    }
  })

  it('each key does what it says; what is written is written by the person', async () => {
    const screen = terminal({ columns: 80, rows: 24 })
    screen.enter(Terminal.top())
    await screen.shows(/›.claude/)
    const order = () => screen.lines().flatMap((line) => /^[› ][! ](claude-\d)/.exec(line)?.[1] ?? [])
    const chosen = () => order().findIndex((name) => new RegExp(`^›.${name}`, 'm').test(screen.screen()))
    const isChosen = (at: number) => screen.until(() => chosen() === at, `agent ${at}, chosen`)
    expect(order()).toHaveLength(3)
    await isChosen(0)
    screen.press('j')
    await isChosen(1)
    screen.press('Down')
    await isChosen(2)
    screen.press('k', 'Up')
    await isChosen(0)
    screen.press('End', 'G')
    await isChosen(2)
    screen.press('Home')
    await isChosen(0)
    screen.press('G')
    await isChosen(2)
    screen.press('g')
    await isChosen(0)
    screen.press('G')
    await isChosen(2)
    const [, , last = ''] = order()
    const agent = agents[Number(last.at(-1)) - 1]

    screen.press('t')
    await screen.shows(`tell ${last}:`)
    screen.enter('look at 名前 and the docs')
    await screen.shows(`to ${last}; ${last} hears it at`)
    await screen.shows('"look at 名前 and the docs"')
    expect(agent?.edit('docs/a.md')).toContain('look at 名前 and the docs')
    await screen.shows(/told \d\d:\d\d:\d\d/)

    world.rally(['ask', '--session-id', `a${last.at(-1)}`, 'all', 'which of the two?'])
    await screen.shows(/\? #\d+ claude-\d to .*"which of the two\?"/)
    screen.press('r')
    await screen.shows(`reply to ${last} "which of the two?":`)
    screen.enter('the second one')
    await screen.showsNo('? #')
    expect(agent?.edit('docs/a.md')).toContain('the second one')

    screen.press('h')
    await screen.shows('no handoff waits for an answer')
    handOver(world, `a${last.at(-1)}`, 'take the docs over')
    await screen.shows('hands over "take the docs over"')
    screen.press('h')
    await screen.shows(`accept or decline handoff of ${last}`)
    screen.enter('maybe')
    await screen.shows('nothing is answered: type accept or decline')
    screen.press('h')
    screen.enter('accept')
    await screen.shows('docs/handed.md')
    expect(JSON.stringify(world.json(['handoffs']))).toContain('"accepted"')
    screen.press('h')
    await screen.shows(`done or decline handoff of ${last}`)
    screen.enter('done it reads well')
    await screen.showsNo('hands over')
    expect(JSON.stringify(world.json(['log']))).toContain('it reads well')

    screen.press('c')
    await screen.shows('claim for you')
    screen.type('never/sent.ts')
    await screen.shows('never/sent.ts')
    screen.press('Escape')
    await screen.showsNo('claim for you')
    screen.press('c')
    await screen.shows('claim for you')
    screen.enter('src/keys/** docs/b.md')
    await screen.shows('src/keys/**, docs/b.md')
    expect(JSON.stringify(world.json(['claims']))).toMatch(/human\.\w+.*src\/keys|src\/keys.*human\.\w+/)

    screen.press('s')
    await screen.shows(/a silent or gone session is stopped here/)

    screen.press('/')
    await screen.shows('filter:')
    screen.type('no such thing')
    await screen.shows('agents 0 (filter "no such thing")')
    screen.press('Escape')
    await screen.shows(/agents 3\b/)
    screen.press('/')
    screen.enter('docs/a.md')
    await screen.shows('agents 1 (filter "docs/a.md")')
    screen.press('Escape')
    await screen.shows(/agents 3\b/)

    screen.press('?')
    await screen.shows('stop a dead one')
    screen.press('Escape')
    await screen.shows('timeline')
    screen.press('Tab')
    await screen.showsNo('timeline')
    screen.press('Tab')
    await screen.shows('timeline')
    screen.press('Enter')
    await screen.showsNo('timeline')
    screen.press('Enter')
    await screen.shows('timeline')
    screen.press('PageUp')
    await screen.shows('scrolled back')
    screen.press('PageDown')
    await screen.showsNo('scrolled back')
    screen.press('PageUp')
    await screen.shows('scrolled back')
    screen.press('End')
    await screen.showsNo('scrolled back')
    screen.press('C-l')
    screen.press('q')
    await screen.ended()
  })

  it('a dead session is listed with a, and stopped with s after a yes', async () => {
    world.rally(['presence', '--session-id', 'dead-1', '--tool', 'codex', '--task', 'gone home'])
    const file = join(world.channel, 'sessions', 'dead-1.json')
    const record = fs.readFileSync(file, 'utf8')
    fs.writeFileSync(file, record.replace(/("(?:last_seen|heartbeat_ts)":)\d{10}/g, '$11500000000'))
    const screen = terminal({ columns: 80, rows: 24 })
    screen.enter(Terminal.top())
    await screen.shows('1 silent or gone: a')
    screen.press('a')
    await screen.shows(/codex-1 +(silent|gone)/)
    screen.press('G')
    await screen.shows(/› codex-1/)
    screen.press('s')
    await screen.shows(/stop codex-1, which is (silent|gone)\? y or n:/)
    screen.enter('n')
    await screen.shows('nothing is stopped')
    expect(fs.existsSync(file)).toBe(true)
    screen.press('s')
    screen.enter('y')
    await screen.shows('codex-1 is out of the room')
    expect(fs.existsSync(file)).toBe(false)
    screen.press('q')
    await screen.ended()
  })

  it('follows the size of the terminal, and draws no colour where none is wanted', async () => {
    const screen = terminal({ columns: 80, rows: 24, env: { NO_COLOR: '1' } })
    screen.enter(Terminal.top())
    await screen.shows(/q quit$/)
    screen.resize(120, 40)
    await screen.shows(/ │ ─ claude-\d ─[\s\S]*q quit/)
    screen.resize(30, 10)
    await screen.until(
      (shown) => !shown.includes('│') && shown.split('\n').at(-1)?.startsWith('j/k t r') === true,
      '30 by 10',
    )
    screen.resize(80, 24)
    await screen.shows(/─ timeline ─[\s\S]*q quit$/)
    expect(screen.lines({ coloured: true }).join('')).not.toContain('\u001b[')
    screen.press('q')
    await screen.ended()
  })

  it('of 500 sessions the list shows what fits, and writes no more than what changed', async () => {
    const crowd = new World()
    try {
      crowd.rally(['presence', '--session-id', 's0', '--tool', 'codex', '--task', 'one of many'])
      const record = fs.readFileSync(join(crowd.channel, 'sessions', 's0.json'), 'utf8')
      for (let at = 1; at < 500; at += 1)
        crowd.write(
          `sessions/s${at}.json`,
          record.replaceAll('"s0"', `"s${at}"`).replaceAll('codex-1', `codex-${at + 1}`),
        )
      const screen = new Terminal(crowd, { columns: 80, rows: 24 })
      open.push(screen)
      screen.enter(Terminal.top())
      await screen.shows('agents 500')
      const file = join(crowd.root, 'written')
      screen.record(file)
      const [, first] = /^› (codex-\d+)/m.exec(screen.screen()) ?? []
      screen.press('j')
      await screen.until((shown) => !shown.includes(`› ${first} `) && /^› codex/m.test(shown), 'another one, chosen')
      screen.press('G', 'g')
      await screen.shows(new RegExp(`^› ${first} `, 'm'))
      screen.press('q')
      await screen.ended()
      const written = await screen.recorded(file)
      expect(written).not.toContain('\u001b[2J')
      expect(written).not.toContain('\u001b[3J')
      expect(written).toContain(first)
      screen.close()
    } finally {
      crowd.remove()
    }
  })
})
