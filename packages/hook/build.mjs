// Bundles the hot path into one CommonJS file, from what tsc compiled. Used by the build of the workspace and by tests.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const require = createRequire(import.meta.url)

/**
 * Built-in modules as plain constants, only those that are used. esbuild's own wrapping of a default import copies every
 * property of the module once per importing file, which costs a hook, or a command, more than its work. `os` is touched when
 * it is called. Only for imports: what a library requires stays the module itself.
 */
export function lightBuiltins(builtins) {
  return {
    name: 'light-builtins',
    setup(plugin) {
      plugin.onResolve({ filter: new RegExp(`^(node:)?(${builtins.join('|')})$`) }, ({ path, kind }) =>
        kind === 'import-statement'
          ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'light-builtins', sideEffects: false }
          : undefined,
      )
      plugin.onLoad({ filter: /.*/, namespace: 'light-builtins' }, ({ path }) => {
        const names = Object.keys(require(path)).filter((name) => /^[A-Za-z]\w*$/.test(name) && name !== 'default')
        const builtin = `process.getBuiltinModule(${JSON.stringify(path)})`
        if (path === 'node:os') {
          const called = names.map((name) => `export const ${name} = (...a) => ${builtin}.${name}(...a)`)
          return { contents: [`export default /* @__PURE__ */ ${builtin}`, ...called].join('\n') }
        }
        const picked = names.map((name) => `export const ${name} = /* @__PURE__ */ pick(${JSON.stringify(name)})`)
        return {
          contents: [`const m = ${builtin}`, 'const pick = (name) => m[name]', 'export default m', ...picked].join(
            '\n',
          ),
        }
      })
    },
  }
}

/** Nobody reads the sentence of an error in a hook; its code is all that the journal keeps. */
const bareErrors = {
  name: 'bare-errors',
  setup(plugin) {
    const errors = join(here, '../core/dist/errors.js')
    plugin.onLoad({ filter: /\/errors\.js$/ }, ({ path }) =>
      path === errors ? { contents: readFileSync(join(here, 'dist/bare-errors.js'), 'utf8') } : undefined,
    )
  },
}

/** Writes the bundle to `outfile`; answers esbuild's metafile. */
export async function bundleHook(outfile) {
  const { metafile } = await build({
    entryPoints: [join(here, 'dist/main.js')],
    outfile,
    bundle: true,
    conditions: ['rally-internal'],
    platform: 'node',
    target: 'node20.19',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    plugins: [bareErrors, lightBuiltins(['fs', 'os', 'path', 'vm'])],
  })
  return metafile
}
