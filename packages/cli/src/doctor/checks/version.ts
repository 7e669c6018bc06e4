import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type Check, ok, problem } from '../check.js'

/** The first `name` on PATH, links resolved. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    if (existsSync(path)) return realpathSync(path)
  }
  return undefined
}

/** The version of the rally that an executable belongs to. */
function versionOf(executable: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(dirname(executable), '..', 'package.json'), 'utf8')).version
  } catch {
    return undefined
  }
}

/** Node, this program, and whether the executables that people and hooks would find are this very one. */
export const versionCheck: Check = {
  code: 'version',
  async run({ rally, version, programRoot }) {
    const hook = findOnPath('rally-hook', rally.env)
    const findings = [ok('version', `rally ${version} on Node ${process.version}`, programRoot)]
    if (!hook) {
      const fix = 'npm install --global @rally/cli, or put its bin folder on PATH'
      return [
        ...findings,
        problem('hook-executable', 'warning', {
          message: 'rally-hook is not on PATH: installed hooks do nothing',
          fix,
        }),
      ]
    }
    const found = versionOf(hook)
    if (found === version) return [...findings, ok('hook-executable', `rally-hook ${found} is on PATH`, hook)]
    const message = `rally-hook on PATH is version ${found ?? 'unknown'}, this rally is ${version}`
    return [
      ...findings,
      problem('hook-executable', 'warning', { message, place: hook, fix: 'npm install --global @rally/cli' }),
    ]
  },
}
