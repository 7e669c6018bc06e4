import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { Agents } from './support/agents.js'
import { Relays } from './support/relays.js'
import { SickDisk } from './support/sick-disk.js'
import { describeInTmux, Terminal } from './support/tmux.js'

// rally top where a room is not only of this machine, where it cannot be read, and with a configuration.

describeInTmux('rally top', () => {
  let here: World
  let there: World
  let screen: Terminal
  let disk: SickDisk
  beforeAll(() => {
    here = new World()
    there = new World()
    disk = new SickDisk(here)
    screen = new Terminal(here, { columns: 80, rows: 24, env: disk.env })
  })
  afterAll(() => {
    screen.close()
    here.remove()
    there.remove()
  })

  it('says why a room cannot be read that it never read, goes on trying, and shows it then with its timeline', async () => {
    new Agents(here).start('claude-code', 'c1')
    disk.fail()
    screen.enter(Terminal.top())
    await screen.shows(/! the room cannot be read: [\s\S]*EIO/)
    await screen.shows('Trying again.')
    disk.heal()
    const shown = await screen.shows(/claude-1 [\s\S]*arrived/)
    expect(shown).not.toContain('cannot be read')
    disk.fail()
    await screen.shows('! the room cannot be read now, this is from before:')
    disk.heal()
    await screen.showsNo('cannot be read')
  })

  it('says on which machine an agent is, and that hooks of this machine are missing', async () => {
    const relays = await Relays.between({ 'desk-00000001': here, 'laptop-1a2b3c4d': there })
    const away = new Agents(there)
    away.start('codex', 'x1')
    away.edit('codex', 'x1', 'src/fs.ts')
    there.rally(['presence', '--session-id', 'x1', '--task', 'from far away'])
    await relays.carry()
    const shown = await screen.shows(/codex-1 @laptop .*from far away/)
    expect(shown).toMatch(/claude-1 @\S+ /)
    expect(shown).toMatch(/hooks of \S+ not installed on this machine.*: rally hooks install/)
    screen.press('g')
    await screen.shows('codex on laptop-1a2b3c4d')
    // Both gave the same name: it has the machine in it, once.
    away.start('claude-code', 'c2')
    await relays.carry()
    expect(await screen.shows('claude-1@laptop ')).not.toContain('claude-1@laptop @')
    screen.press('q')
    await screen.ended()
  })

  it('gives the signs that the configuration leaves it, and that are asked for now', async () => {
    const signs = async (...args: string[]) => {
      screen.enter(`clear; ${Terminal.top(...args)}`)
      await screen.shows('q quit')
      const file = join(here.root, `written-${args.join('')}`)
      screen.record(file)
      here.rally(['escalate', '--reason', `trouble of ${args.join(' and ')}.`, '--session-id', 'c1'])
      await screen.shows(`trouble of ${args.join(' and ')}.`)
      screen.press('q')
      const written = await screen.recorded(file)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what sets a title ends with a bell, too
      const titles = /\u001b]2;[^\u0007]*\u0007/g
      return { title: titles.test(written), bell: written.replace(titles, '').includes('\u0007') }
    }
    here.configure({ top: { title: false } })
    expect(await signs()).toEqual({ title: false, bell: true })
    expect(await signs('--title', '--no-bell')).toEqual({ title: true, bell: false })
  })
})
