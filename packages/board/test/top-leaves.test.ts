import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { describeInTmux, Terminal } from './support/tmux.js'

let world: World
let screen: Terminal

/** A line that is on the screen before, what the terminal driver is set to, and the exit code behind it. */
const played = (name: string, words: string) =>
  `clear; echo before-${name}; stty -a > ../tty-1; ${words}; echo "exit=$?"; stty -a > ../tty-2; echo behind-${name}`

/** Is ended in the very moment in which it takes the screen. */
const EARLY = `const { write } = process.stdout
process.stdout.write = (...said) => {
  const done = write.apply(process.stdout, said)
  if (String(said[0]).includes('[?1049h')) process.kill(process.pid, 'SIGTERM')
  return done
}\n`
/** Throws outside of everything, when it is told to. */
const CRASH = `process.on('SIGUSR2', () => setImmediate(() => { throw new Error('provoked') }))\n`

describeInTmux('the terminal is given back as it was', () => {
  beforeAll(() => {
    world = new World()
    fs.writeFileSync(join(world.root, 'crash.cjs'), CRASH)
    fs.writeFileSync(join(world.root, 'early.cjs'), EARLY)
    screen = new Terminal(world, { columns: 80, rows: 24 })
  })
  afterAll(() => {
    screen.close()
    world.remove()
  })

  /** The process that draws. */
  const pid = () => {
    const [line] = fs.readFileSync(join(world.root, 'pid'), 'utf8').split('\n')
    return Number(line)
  }
  // The shell becomes the program, so that its number is known before.
  const top = (...env: string[]) =>
    `sh -c 'echo $$ > ../pid; exec env ${env.join(' ')} ${Terminal.top().replaceAll("'", '')}'`

  const ENDS: readonly { name: string; exit: number; end: () => void; env?: readonly string[] }[] = [
    { name: 'q', exit: 0, end: () => screen.press('q') },
    { name: 'interrupt', exit: 130, end: () => screen.press('C-c') },
    { name: 'term', exit: 143, end: () => process.kill(pid(), 'SIGTERM') },
    { name: 'hangup', exit: 129, end: () => process.kill(pid(), 'SIGHUP') },
    {
      ...{ name: 'crash', exit: 1, end: () => process.kill(pid(), 'SIGUSR2') },
      env: ['NODE_OPTIONS=--require=../crash.cjs'],
    },
    { name: 'typing', exit: 130, end: () => screen.press('t', 'x', 'C-c') },
  ]
  it.each(ENDS)('after $name', async ({ name, exit, end, env = [] }) => {
    const { title } = screen.state()
    screen.enter(played(name, top(...env)))
    await screen.shows('q quit')
    await screen.until(() => screen.state().title.startsWith('rally: '), 'a title')
    expect(screen.state()).toMatchObject({ alternate: '1', cursor: '0' })
    end()
    const shown = await screen.shows(`behind-${name}\n`)
    expect(shown).toContain(`before-${name}`)
    expect(shown).toContain(`exit=${exit}`)
    expect(shown).not.toContain('timeline')
    if (name === 'crash') expect(shown).toContain('provoked')
    expect(screen.state()).toMatchObject({ alternate: '0', cursor: '1', wraps: '1', title })
    expect(fs.readFileSync(join(world.root, 'tty-2'), 'utf8')).toBe(fs.readFileSync(join(world.root, 'tty-1'), 'utf8'))
  })

  it('after an end in the moment in which it takes the screen', async () => {
    screen.enter(played('early', top('NODE_OPTIONS=--require=../early.cjs')))
    const shown = await screen.shows('behind-early\n')
    expect(shown).toContain('exit=143')
    expect(screen.state()).toMatchObject({ alternate: '0', cursor: '1', wraps: '1' })
    expect(fs.readFileSync(join(world.root, 'tty-2'), 'utf8')).toBe(fs.readFileSync(join(world.root, 'tty-1'), 'utf8'))
  })

  it('while it is stopped by Ctrl-Z, too; fg brings it back', async () => {
    screen.enter(`clear; ${Terminal.top()}`)
    await screen.shows('q quit')
    screen.press('C-z')
    await screen.shows('Stopped')
    expect(screen.state()).toMatchObject({ alternate: '0', cursor: '1', wraps: '1' })
    screen.enter('fg')
    await screen.shows('q quit')
    expect(screen.state()).toMatchObject({ alternate: '1', cursor: '0' })
    screen.press('q')
    await screen.showsNo('q quit')
    expect(screen.state().alternate).toBe('0')
  })
})
