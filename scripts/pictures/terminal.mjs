// `rally top` in a real terminal (tmux), as SVG.
import { execFileSync, spawnSync } from 'node:child_process'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { socketFolder } from '../socket-folder.mjs'
import { toSvg } from './ansi-svg.mjs'

const [COLUMNS, ROWS] = [92, 28]
const LONGEST_MS = 60_000

/** The screen of `rally top` in the room, as SVG. Throws where tmux is missing or the screen never comes. */
export async function photographTop({ repo, env, rally }) {
  const socket = join(socketFolder(), 'tmux')
  const tmux = (...args) => execFileSync('tmux', ['-u', '-S', socket, ...args], { encoding: 'utf8', env })
  const set = Object.entries({ ...env, LC_ALL: 'C.UTF-8' }).flatMap(([key, value]) => ['-e', `${key}=${value}`])
  const size = ['-x', String(COLUMNS), '-y', String(ROWS)]
  const words = [...rally, 'top'].map((word) => `'${word}'`).join(' ')
  tmux('-f', '/dev/null', 'new-session', '-d', '-s', 'p', '-c', repo, ...size, ...set, words)
  const pid = Number(tmux('display-message', '-p', '-t', 'p', '#{pane_pid}'))
  try {
    for (const end = Date.now() + LONGEST_MS; ; await sleep(100)) {
      const screen = tmux('capture-pane', '-p', '-t', 'p')
      if (/claude-1[\s\S]*timeline[\s\S]*message/.test(screen)) break
      if (Date.now() > end) throw new Error(`rally top never showed the room:\n${screen}`)
    }
    const lines = tmux('capture-pane', '-e', '-p', '-t', 'p').trimEnd().split('\n')
    return toSvg(
      lines.map((line) => neutral(line, { repo })),
      { columns: COLUMNS, rows: ROWS, title: 'rally top: who does what, one collision, one question, the timeline' },
    )
  } finally {
    spawnSync('tmux', ['-S', socket, 'kill-server'])
    // It still writes into the room while it leaves, and the room is removed next.
    while (isAlive(pid)) await sleep(50)
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Without what is this machine's own. */
function neutral(line, { repo }) {
  return line.replaceAll(repo, '~/shop').replaceAll(` on ${hostname().split('.')[0]} `, ' on laptop ')
}
