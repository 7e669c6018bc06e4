import { accessSync, constants, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { journalPath } from '@rally/local/hook-files/hook-journal'
import { stateDir } from '@rally/local/system/user-dirs'
import { type Check, ok, problem } from '../check.js'

/** Rally's own folder of this user: hooks register their sessions there and keep their journal. */
export const stateCheck: Check = {
  code: 'state',
  async run({ rally }) {
    const folder = stateDir(rally.env)
    const journal = journalPath(rally.env)
    const wrong = whatIsWrong(folder, 'folder') ?? whatIsWrong(journal, 'file')
    if (wrong === undefined) return [ok('state', 'can be written', folder)]
    const message = `${wrong.message}: commands typed in an agent do not find its session, and hooks keep no journal`
    return [problem('state', 'warning', { ...wrong, message })]
  },
}

function whatIsWrong(
  path: string,
  wanted: 'folder' | 'file',
): { message: string; place: string; fix: string } | undefined {
  const found = existing(path)
  const stats = lstatSync(found)
  const isFolder = found !== path || wanted === 'folder'
  if (isFolder ? !(stats.isDirectory() || stats.isSymbolicLink()) : !stats.isFile())
    return { message: `no ${isFolder ? 'folder' : 'file'} stands there`, place: found, fix: 'move it away' }
  try {
    accessSync(found, constants.W_OK | (isFolder ? constants.X_OK : 0))
    return undefined
  } catch {
    return { message: 'it cannot be written', place: found, fix: `chmod u+rwX ${found}` }
  }
}

/** The path itself, or the nearest one above it that is there. */
function existing(path: string): string {
  try {
    lstatSync(path)
    return path
  } catch {
    return dirname(path) === path ? path : existing(dirname(path))
  }
}
