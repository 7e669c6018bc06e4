import { accessSync, constants, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type Check, type Finding, ok, problem } from '../check.js'

/** The first executable file `name` on PATH, links resolved: the one that a shell would run. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    if (folder === '') continue
    const path = join(folder, name)
    if (isExecutable(path)) return realpathSync(path)
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** The version of the rally that an executable belongs to. */
export function versionOf(executable: string): string | undefined {
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
    return [
      ok('version', `rally ${version} on Node ${process.version}`, programRoot),
      ...checkProgram(findOnPath('rally', rally.env), version),
      checkHook(findOnPath('rally-hook', rally.env), version),
    ]
  },
}

/** Another rally on PATH is what agents run when they are told to run `rally`. */
function checkProgram(found: string | undefined, version: string): Finding[] {
  const other = found === undefined ? undefined : versionOf(found)
  if (found === undefined || other === version) return []
  const message = `rally on PATH is ${other === undefined ? 'some other program' : `version ${other}`}, this one is ${version}`
  return [problem('program-on-path', 'warning', { message, place: found, fix: 'npm install --global @rally/cli' })]
}

function checkHook(hook: string | undefined, version: string): Finding {
  if (hook === undefined) {
    const fix = 'npm install --global @rally/cli, or put its bin folder on PATH'
    const message = 'rally-hook is not on PATH (or may not be executed): installed hooks do nothing'
    return problem('hook-executable', 'warning', { message, fix })
  }
  const found = versionOf(hook)
  if (found === version) return ok('hook-executable', `rally-hook ${found} is on PATH`, hook)
  const message = `rally-hook on PATH is version ${found ?? 'unknown'}, this rally is ${version}`
  return problem('hook-executable', 'warning', { message, place: hook, fix: 'npm install --global @rally/cli' })
}
