import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import type { KeyedEntry } from '../../src/stream/room-news.js'

/** One agent of a picture: `id-NAME`, of whom little is known. */
export function agentOf(name: string, more: Partial<PictureAgent> = {}): PictureAgent {
  return {
    ...{ name, session_id: `id-${name}`, tool: 'codex', parent: null, children: 0, state: 'working', since: 0 },
    ...{ task: '', task_source: 'none', branch: null, worktree: null, machine: null, files: [], claims: [] },
    ...{ unread: null, self: false },
    ...more,
  }
}

/** A picture of the room `shop` with nothing but these agents. */
export function pictureOf(agents: readonly PictureAgent[], more: Partial<RoomPicture> = {}): RoomPicture {
  return {
    room: { app: 'shop', branch: 'main', repo_root: '/repo', machine: null, revision: 1, at: 0 },
    verdict: { status: 'clear', because: [] },
    agents: [...agents],
    ...{ collisions: [], questions: [], messages: [], people: [] },
    ...more,
  }
}

/** An edit by `claude-1`, unless it is said to be something else. */
export function entryOf(key: string, at: number, more: Partial<KeyedEntry> = {}): KeyedEntry {
  return {
    ...{ type: 'edit', kind: 'edit', id: key, number: null, by: 'claude-1', session_id: null, tool: null, to: null },
    ...{ files: [], text: '', key, at },
    ...more,
  }
}
