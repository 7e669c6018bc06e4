import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import type { Chance } from './seeded.js'

/** The file system of this process, that can be told to be full. Everything is real but the refusals. */
export interface FullDisk {
  /** Runs something while there is no space below a folder; answers whether anything was refused. */
  during<T>(folder: string, chance: Chance, work: () => T): { result: T; refused: boolean }
  /** Gives the functions of the file system back. */
  restore(): void
}

type AnyFunction = (...args: never[]) => unknown

/** Calls that may need new space. */
const NEEDS_SPACE = ['openSync', 'writeSync', 'mkdirSync', 'writeFileSync', 'appendFileSync', 'linkSync'] as const

/** Replaces functions of `node:fs` in this process until `restore` is called. */
export function createFullDisk(): FullDisk {
  const calls = fs as unknown as Record<string, AnyFunction>
  const real = new Map(NEEDS_SPACE.map((name) => [name as string, calls[name] as AnyFunction]))
  const inside = new Set<number>()
  let full: { folder: string; chance: Chance; refused: boolean } | undefined

  const refuse = (call: string): never => {
    if (full !== undefined) full.refused = true
    throw Object.assign(new Error(`ENOSPC: no space left on device, ${call}`), { code: 'ENOSPC', syscall: call })
  }
  const isBelow = (target: unknown): boolean =>
    full !== undefined &&
    (typeof target === 'number' ? inside.has(target) : typeof target === 'string' && target.startsWith(full.folder))

  for (const [name, call] of real) {
    calls[name] = ((...args: unknown[]) => {
      const through = () => call.apply(fs, args as never[])
      const target = name === 'linkSync' ? args[1] : args[0]
      if (full === undefined) return through()
      if (name === 'openSync') {
        // A new name needs space in its folder, now and then.
        if (isBelow(target) && mayCreate(args[1]) && !exists(target) && full.chance.oneIn(3)) return refuse('open')
        const fd = through() as number
        if (isBelow(target)) inside.add(fd)
        return fd
      }
      if (!isBelow(target)) return through()
      // The last free bytes take a part of it.
      if (name === 'writeSync' && full.chance.oneIn(3)) return shortWrite(call, args, full) ?? refuse('write')
      return refuse(name.replace('Sync', ''))
    }) as AnyFunction
  }
  syncBuiltinESMExports()

  return {
    during(folder, chance, work) {
      full = { folder, chance, refused: false }
      try {
        const result = work()
        return { result, refused: full.refused }
      } finally {
        full = undefined
        inside.clear()
      }
    },
    restore() {
      for (const [name, call] of real) calls[name] = call
      syncBuiltinESMExports()
    },
  }
}

const exists = (path: unknown): boolean =>
  typeof path === 'string' && fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined

function mayCreate(flags: unknown): boolean {
  if (typeof flags === 'number') return (flags & fs.constants.O_CREAT) !== 0
  return typeof flags === 'string' && !flags.startsWith('r')
}

/** Writes half of a buffer; undefined when there is nothing to halve. */
function shortWrite(write: AnyFunction, args: readonly unknown[], full: { refused: boolean }): number | undefined {
  const [fd, bytes, offset = 0] = args as [number, unknown, number | undefined]
  if (!Buffer.isBuffer(bytes) || bytes.length - offset < 2) return undefined
  full.refused = true
  return write.apply(fs, [fd, bytes, offset, Math.floor((bytes.length - offset) / 2), null] as never[]) as number
}
