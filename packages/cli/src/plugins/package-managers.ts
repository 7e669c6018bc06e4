import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import { cliError } from '../errors.js'

/**
 * The npm that came with this Node, as the file that Node runs; else the program of that name on PATH.
 * @throws RallyError NPM_MISSING
 */
export function requireNpm(env: NodeJS.ProcessEnv = process.env, node = process.execPath): string {
  const own = join(dirname(realpathSync(node)), '../lib/node_modules/npm/bin/npm-cli.js')
  const found = existsSync(own) ? own : findProgram('npm', env)
  if (found === undefined) throw cliError('NPM_MISSING', { node })
  return found
}

/**
 * The yarn on PATH: for a linked folder whose dependencies are installed by it.
 * @throws RallyError YARN_MISSING
 */
export function requireYarn(env: NodeJS.ProcessEnv = process.env): string {
  const found = findProgram('yarn', env)
  if (found === undefined) throw cliError('YARN_MISSING')
  return found
}

/** Relative entries of PATH are not looked into. */
function findProgram(name: string, { PATH }: NodeJS.ProcessEnv): string | undefined {
  return (PATH ?? '')
    .split(':')
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((path) => isProgram(path))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
