import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LoopRoom } from './support/loop-room.js'

let room: LoopRoom
beforeEach(() => {
  room = new LoopRoom()
})
afterEach(() => room.remove())

async function startAll(workdirs: readonly string[]): Promise<string> {
  const words = ['run', 'start', '--tool', 'my-loop', '--json', '--session-id']
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, i) => room.start([...words, `s-${i}`], workdirs[i % workdirs.length] ?? room.repo)),
  )
  expect(answers.filter(({ exit, stderr }) => exit !== 0 || stderr !== '')).toEqual([])
  const ids = new Set<string>(answers.map(({ json }) => json.build_loop_id))
  expect(ids.size).toBe(1)
  expect(answers.filter(({ json }) => json.action === 'run-started')).toHaveLength(1)
  const [id = ''] = ids
  expect(readdirSync(join(room.repo, '.build-loop/runs'))).toEqual([id])
  return id
}

it('sixteen programs that start a run in one folder get one id', async () => {
  const id = await startAll([room.repo])
  expect(room.rally(['run', 'show', '--json']).json).toMatchObject({ ok: true, build_loop_id: id })
})

it('sixteen programs in four worktrees get one id', async () => {
  const trees = ['one', 'two', 'three'].map((name) => join(room.root, name))
  for (const tree of trees) room.git('worktree', 'add', '-q', tree)
  const id = await startAll([room.repo, ...trees])
  for (const cwd of trees) expect(room.rally(['run', 'show', '--json'], { cwd }).json.build_loop_id).toBe(id)
  // Presence, records and messages of every worktree carry it, apart from who wrote them.
  const [tree = ''] = trees
  room.rally(['presence', '--session-id', 'w', '--tool', 'my-loop'], { cwd: tree })
  room.rally(['heartbeat', '--session-id', 'w', '--tool', 'my-loop', '--task-ref', 'T-1'], { cwd: tree })
  room.rally(['post', 'feedback', '--session-id', 'w', '--to', 'codex', '--message', 'x'], { cwd: tree })
  expect(room.read('sessions', 'w.json').build_loop_id).toBe(id)
  expect(room.read('task-heartbeats', 'my-loop.jsonl').build_loop_id).toBe(id)
  expect(room.read('inbox', 'codex.jsonl').build_loop_id).toBe(id)
  const [record] = room.log()
  expect(record.bl_build_loop.build_loop_id).toBe(id)
  expect(Object.keys(record.bl_producer).filter((key) => key.startsWith('build_loop'))).toEqual([])
})
