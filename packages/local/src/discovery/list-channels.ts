import { readdirSync } from 'node:fs'
import type { Channel } from '@rally/core/model/channel'
import { channelFolder } from './channel-folder.js'
import { EMBEDDED } from './resolve-channel.js'
import { isChannelName } from './slug.js'

/** Every folder below the apps root that can be a channel, sorted by name. Folders that cannot be used are left out. */
export function listChannelsSync(appsRoot: string): Channel[] {
  const channels: Channel[] = []
  for (const entry of readFolder(appsRoot)) {
    if (!isChannelName(entry.name) || !(entry.isDirectory() || entry.isSymbolicLink())) continue
    try {
      const dir = channelFolder(appsRoot, entry.name)
      channels.push({
        app: entry.name,
        dir,
        appsRoot,
        repoRoot: null,
        worktree: null,
        ...EMBEDDED,
        legacyChannelDir: dir,
      })
    } catch {
      // A link that leads elsewhere or nowhere is no channel.
    }
  }
  return channels.sort((a, b) => (a.app < b.app ? -1 : 1))
}

function readFolder(dir: string) {
  try {
    return readdirSync(dir, { withFileTypes: true })
  } catch {
    return []
  }
}
