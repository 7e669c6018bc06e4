import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { chooseHostAncestor } from './host-ancestor.js'
import { ancestorsOf, isProcessAlive, parseStat, processStart } from './processes.js'
import { ancestorsByPs, parsePs } from './ps.js'

const onLinux = process.platform === 'linux'

describe('parseStat', () => {
  it('copes with names that hold brackets and blanks', () => {
    const rest = Array.from({ length: 40 }, (_, index) => (index === 17 ? 4711 : index)).join(' ')
    expect(parseStat(`42 (tmux: server) x) ) S 7 ${rest}`)).toEqual({
      name: 'tmux: server) x) ',
      state: 'S',
      ppid: 7,
      ticks: '4711',
    })
  })

  it.each(['', '42', '42 (x', '42 (x) S', ') ('])('refuses %j', (text) => {
    expect(parseStat(text)).toBeUndefined()
  })
})

describe.runIf(onLinux)('processes of this machine', () => {
  it('have a start that tells them from each other and stays', () => {
    const start = processStart(process.pid)
    expect(start).toMatch(/^\d+-[0-9a-f]{8}$/)
    expect(processStart(process.pid)).toBe(start)
    expect(isProcessAlive(process.pid, start)).toBe(true)
    expect(isProcessAlive(process.pid)).toBe(true)
  })

  it('are not alive with another start, another boot, or a number that is none', () => {
    const start = processStart(process.pid) ?? ''
    const [ticks, boot] = start.split('-')
    expect(isProcessAlive(process.pid, `1${ticks}-${boot}`)).toBe(false)
    expect(isProcessAlive(process.pid, `${ticks}-00000000`)).toBe(false)
    for (const pid of [0, -1, 1.5, Number.NaN, 2 ** 31]) expect(isProcessAlive(pid)).toBe(false)
  })

  it('are not alive once they ended, even before anybody has collected them', async () => {
    const child = spawn('sleep', ['30'])
    const pid = child.pid ?? 0
    const start = processStart(pid)
    expect(isProcessAlive(pid, start)).toBe(true)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isProcessAlive(pid, start)).toBe(false)

    // A shell that does not collect its child leaves it as a zombie.
    const keeper = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] })
    const [line] = (await once(keeper.stdout, 'data')) as [Buffer]
    const zombie = Number(String(line))
    while (!/^\d+ \(sleep\) Z/.test(statText(zombie))) await new Promise((next) => setTimeout(next, 5))
    expect(isProcessAlive(zombie)).toBe(false)
    keeper.kill('SIGKILL')
  })

  it('know their ancestors up to the first process', () => {
    const ancestors = ancestorsOf(process.pid)
    expect(ancestors[0]).toMatchObject({ pid: process.ppid, start: processStart(process.ppid) })
    expect(ancestors.at(-1)?.pid).toBe(1)
    expect(ancestorsOf(-1)).toEqual([])
  })

  it('are seen by ps in the same order', async () => {
    const byPs = await ancestorsByPs(process.pid, process.env)
    expect(byPs.map(({ pid }) => pid)).toEqual(ancestorsOf(process.pid).map(({ pid }) => pid))
    for (const { start } of byPs) expect(start).toMatch(/^\d{9,}-epoch$/)
  })
})

describe('parsePs', () => {
  it('reads what macOS prints', () => {
    const rows = parsePs(
      [
        '    1     0 Sat Nov 21 09:00:01 2026     /sbin/launchd',
        '  512     1 Sat Nov 21 09:05:00 2026     /Applications/Some App.app/Contents/MacOS/Some App',
        'garbage',
        ' 4242   512 Sun Nov  1 10:00:00 2026     -zsh',
      ].join('\n'),
    )
    expect([...rows.values()]).toEqual([
      { pid: 1, ppid: 0, name: 'launchd', start: '1795251601-epoch' },
      { pid: 512, ppid: 1, name: 'Some App', start: '1795251900-epoch' },
      { pid: 4242, ppid: 512, name: '-zsh', start: '1793527200-epoch' },
    ])
  })
})

describe('chooseHostAncestor', () => {
  const chain = (...names: string[]) => names.map((name, index) => ({ pid: 100 + index, start: 's', name }))

  it.each([
    [['sh', 'agent', 'zsh'], 'agent'],
    [['node', 'sh'], 'node'],
    [['-bash', 'env', 'timeout', 'agent'], 'agent'],
    [['sh', 'systemd'], undefined],
    [['bash', 'tmux: server', 'systemd'], undefined],
    [['bash', 'sshd: dev'], undefined],
    [['sh', 'bash'], undefined],
    [[], undefined],
  ] as const)('of %j it is %s', (names, expected) => {
    expect(chooseHostAncestor(chain(...names))?.name).toBe(expected)
  })
})

function statText(pid: number): string {
  return spawnSync('cat', [`/proc/${pid}/stat`], { encoding: 'utf8' }).stdout
}
