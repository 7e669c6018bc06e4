import { lstatSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'
import { RallyError, reasonOf } from '@rally/core/errors'
import { errorCode } from '../system/small-file.js'

/**
 * The real folder of a channel, which may not exist yet.
 * @throws RallyError CHANNEL_ESCAPES for a link that leads out of the apps root, CHANNEL_UNUSABLE for anything but a folder
 */
export function channelFolder(appsRoot: string, app: string): string {
  const dir = join(appsRoot, app)
  try {
    const facts = lstatSync(dir, { throwIfNoEntry: false })
    if (!facts || facts.isDirectory()) return dir
    if (!facts.isSymbolicLink()) throw new RallyError('CHANNEL_UNUSABLE', { dir, reason: 'it is not a folder' })
    const target = realpathSync.native(dir)
    if (!target.startsWith(appsRoot + sep)) throw new RallyError('CHANNEL_ESCAPES', { dir, root: appsRoot })
    return target
  } catch (error) {
    const code = errorCode(error)
    if (error instanceof RallyError) throw error
    const reason = code === 'ENOENT' ? 'it is a symbolic link to nothing' : reasonOf(error)
    throw new RallyError('CHANNEL_UNUSABLE', { dir, reason })
  }
}
