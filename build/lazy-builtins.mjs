import { expectAllMet, lazyMembers } from './lazy-members.mjs'

const NAMES = ['tty', 'perf_hooks', 'readline', 'child_process', 'fs/promises', 'crypto', 'zlib']

/**
 * Members that oclif uses at every start, done without loading their module: a pipe, a file or /dev/null is no terminal
 * (only a real character device asks node:tty), and the dozen small manifests are read faster synchronously.
 */
const CHEAP_MEMBERS = {
  tty: {
    isatty: `(fd) => {
    const fs = require('node:fs')
    try {
      const stat = fs.fstatSync(fd)
      if (!stat.isCharacterDevice() || stat.rdev === fs.statSync('/dev/null').rdev) return false
    } catch { return false }
    return require('node:tty').isatty(fd)
  }`,
  },
  // Wrapped once at load for a file browser that nobody opens; promisify() asks for the special form.
  child_process: {
    execFile: `Object.assign((...args) => require('node:child_process').execFile(...args), {
      [Symbol.for('nodejs.util.promisify.custom')]: (...args) => require('node:util').promisify(require('node:child_process').execFile)(...args),
    })`,
  },
  // The checksum of a cached file is one native call; the module around it loads every kind of stream.
  zlib: {
    crc32: `(bytes, sum = 0) => {
      const { crc32 } = process.binding('zlib')
      return (crc32 ?? require('node:zlib').crc32)(bytes, sum)
    }`,
  },
  'fs/promises': { readFile: `async (...args) => require('node:fs').readFileSync(...args)` },
}

/**
 * Built-in modules that oclif names at its top but an ordinary command never uses. Loading them costs a third of
 * Node's own start-up, so inside the bundle they are objects whose members load the module on first use.
 * `complete`: every one of them has to be met (in the program; a plugin imports a few).
 */
export function lazyBuiltins({ complete = false } = {}) {
  return {
    name: 'lazy-builtins',
    setup(build) {
      const met = new Set()
      if (complete) expectAllMet(build, { list: NAMES, met, where: 'build/lazy-builtins.mjs' })
      build.onResolve({ filter: new RegExp(`^(node:)?(${NAMES.join('|')})$`) }, ({ path, namespace }) =>
        namespace === 'lazy-builtin'
          ? { path, external: true }
          : { path: path.replace('node:', ''), namespace: 'lazy-builtin' },
      )
      build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, async ({ path }) => {
        met.add(path)
        const members = Object.keys(await import(`node:${path}`)).filter((key) => key !== 'default')
        const gone = Object.keys(CHEAP_MEMBERS[path] ?? {}).filter((key) => !members.includes(key))
        if (gone.length > 0) throw new Error(`node:${path} has no member ${gone.join(', ')}`)
        return { contents: lazyMembers(members, `node:${path}`, CHEAP_MEMBERS[path]), loader: 'js' }
      })
    },
  }
}
