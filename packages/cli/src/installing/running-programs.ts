import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { programEnv } from '@rally/local/system/program-env'

export interface RunningProgram {
  readonly name: string
  readonly pid: number
}

/**
 * Processes of this machine that run one of the programs: by the name of the executable, or of the script that an interpreter
 * runs. Empty when processes cannot be listed.
 */
export function findRunningPrograms(names: readonly string[], self: number): RunningProgram[] {
  if (names.length === 0) return []
  return (listFromProc() ?? listFromPs()).flatMap(({ pid, words }) => {
    const found = words.map((word) => basename(word).replace(/\.(?:c|m)?js$/, '')).find((word) => names.includes(word))
    return found === undefined || pid === self ? [] : [{ name: found, pid }]
  })
}

interface Process {
  readonly pid: number
  /** The program and its first argument. */
  readonly words: readonly string[]
}

/** Undefined where there is no /proc. */
function listFromProc(): Process[] | undefined {
  try {
    const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
    return ids.length === 0 ? undefined : ids.map((id) => ({ pid: Number(id), words: wordsOf(id) }))
  } catch {
    return undefined
  }
}

function wordsOf(id: string): string[] {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').split('\0').slice(0, 2)
  } catch {
    return []
  }
}

function listFromPs(): Process[] {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,args='], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: programEnv(process.env),
  })
  return (stdout ?? '').split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(.*)$/.exec(line)
    return match ? [{ pid: Number(match[1]), words: (match[2] ?? '').split(' ').slice(0, 2) }] : []
  })
}
