import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { programEnv } from '../../system/program-env.js'

/** Tries to take the exclusive flock(2) of an open file. It belongs to the open file and ends with it. */
export interface Flock {
  /** How it is done; for `rally doctor`. */
  readonly via: 'koffi' | 'flock(1)'
  tryLock(fd: number): 'taken' | 'busy'
  unlock(fd: number): void
}

const LOCK_EX_NB = 2 | 4
const LOCK_UN = 8

interface Koffi {
  load(path: null): { func(declaration: string): (fd: number, operation: number) => number }
  errno(): number
  readonly os: { readonly errno: Readonly<Record<string, number>> }
}

/**
 * The lock that Python's `fcntl.flock` takes. Through koffi's native binary, loaded directly (2 ms; koffi's own loader
 * would cost 7 ms more, a process of flock(1) 5 ms), else through the flock(1) program.
 * Loads code: ask for it when something is about to be written, not before.
 */
export function loadFlock(options: { program: boolean }): Flock {
  const koffi = options.program ? undefined : loadKoffi()
  return koffi === undefined ? programFlock() : koffiFlock(koffi)
}

function koffiFlock(koffi: Koffi): Flock {
  const flock = koffi.load(null).func('int flock(int fd, int operation)')
  const { EINTR, EWOULDBLOCK, EAGAIN } = koffi.os.errno
  return {
    via: 'koffi',
    tryLock(fd) {
      for (;;) {
        if (flock(fd, LOCK_EX_NB) === 0) return 'taken'
        const errno = koffi.errno()
        if (errno === EINTR) continue
        if (errno === EWOULDBLOCK || errno === EAGAIN) return 'busy'
        throw new Error(`flock failed with errno ${errno}`)
      }
    },
    unlock(fd) {
      flock(fd, LOCK_UN)
    },
  }
}

/** The lock belongs to the open file that the child inherits, so it stays ours after the child has ended. */
function programFlock(): Flock {
  const { spawnSync } = localRequire()('node:child_process') as typeof import('node:child_process')
  const run = (option: string, fd: number): number | null => {
    const child = spawnSync('flock', [option, '3'], {
      stdio: ['ignore', 'ignore', 'ignore', fd],
      env: programEnv(process.env),
    })
    if (child.error) throw new Error('neither koffi nor the flock program can be used')
    return child.status
  }
  return {
    via: 'flock(1)',
    tryLock(fd) {
      const status = run('-xn', fd)
      if (status === 0) return 'taken'
      if (status === 1) return 'busy'
      throw new Error(`the flock program failed with status ${status}`)
    },
    unlock(fd) {
      run('-u', fd)
    },
  }
}

function loadKoffi(): Koffi | undefined {
  const require = localRequire()
  const { platform, arch } = process
  for (const library of [platform, 'musl']) {
    try {
      const koffi: unknown = require(`${platformPackage(require)}/${library}_${arch}/koffi.node`)
      if (isKoffi(koffi)) return koffi
    } catch {
      // Not there, or built for another C library: the next way.
    }
  }
  return undefined
}

/** Koffi's binaries lie in a package for each platform; for Linux one for each C library, each refused by the other one. */
function platformPackage(require: NodeJS.Require): string {
  return dirname(require.resolve(`@koromix/koffi-${process.platform}-${process.arch}/package.json`))
}

function isKoffi(value: unknown): value is Koffi {
  const koffi = value as Partial<Koffi> | undefined
  return typeof koffi?.load === 'function' && typeof koffi.errno === 'function' && typeof koffi.os?.errno === 'object'
}

/** Works as an ES module and inside a CommonJS bundle, where `import.meta.url` is empty. */
function localRequire(): NodeJS.Require {
  return createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
}
