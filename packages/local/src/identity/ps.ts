import { runProgram } from '../system/run-program.js'
import type { Env } from '../system/user-dirs.js'
import type { Ancestor } from './processes.js'

const TIMEOUT_MS = 1000

/** Ancestors by the program `ps`, nearest first, for systems without /proc; empty when it does not answer. */
export async function ancestorsByPs(pid: number, env: Env): Promise<Ancestor[]> {
  const end = await runProgram('ps', ['-A', '-o', 'pid=,ppid=,lstart=,comm='], {
    cwd: '/',
    env: { ...env, LC_ALL: 'C', TZ: 'UTC' },
    timeoutMs: TIMEOUT_MS,
  })
  return end.kind === 'exited' && end.code === 0 ? chainOf(pid, parsePs(end.stdout)) : []
}

interface Row extends Ancestor {
  readonly ppid: number
}

/** Rows of `ps -o pid=,ppid=,lstart=,comm=` in the C locale; `comm` may be a path with blanks. */
export function parsePs(stdout: string): Map<number, Row> {
  const rows = new Map<number, Row>()
  for (const line of stdout.split('\n')) {
    const match = /^\s*(\d+)\s+(\d+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s+(.+?)\s*$/.exec(line)
    if (!match) continue
    const [, pid = '', ppid = '', started = '', command = ''] = match
    const seconds = Math.floor(Date.parse(`${started} UTC`) / 1000)
    const name = command.slice(command.lastIndexOf('/') + 1)
    rows.set(Number(pid), { pid: Number(pid), ppid: Number(ppid), name, start: `${seconds}-epoch` })
  }
  return rows
}

function chainOf(pid: number, rows: ReadonlyMap<number, Row>): Ancestor[] {
  const chain: Ancestor[] = []
  const seen = new Set([pid])
  for (let row = rows.get(rows.get(pid)?.ppid ?? 0); row && !seen.has(row.pid); row = rows.get(row.ppid)) {
    seen.add(row.pid)
    chain.push({ pid: row.pid, name: row.name, start: row.start })
  }
  return chain
}
