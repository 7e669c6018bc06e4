import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'

export interface RunningProgram {
  readonly name: string
  readonly pid: number
}

/**
 * Processes of this machine that run one of the programs: by the name of the executable, or of the script that an interpreter
 * runs. Empty where there is no /proc to look into.
 */
export function findRunningPrograms(names: readonly string[], self: number): RunningProgram[] {
  if (names.length === 0) return []
  return processIds().flatMap((pid) => {
    const name = pid === self ? undefined : programOf(pid, names)
    return name === undefined ? [] : [{ name, pid }]
  })
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function programOf(pid: number, names: readonly string[]): string | undefined {
  try {
    const [program = '', script = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
    return [program, script]
      .map((word) => basename(word).replace(/\.(?:c|m)?js$/, ''))
      .find((word) => names.includes(word))
  } catch {
    return undefined
  }
}
