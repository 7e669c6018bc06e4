import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findProgram } from '@rally/local/system/find-program'
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
