import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { output, runChild } from '../support/run-child.js'
import { makeScratch, type Scratch } from '../support/scratch-channel.js'

const WRITERS = 16
const python = spawnSync('python3', ['-c', 'import fcntl']).status === 0

/** The reference's writer, written anew: bump under flock with a temporary file, then append without a lock. */
const PYTHON_WRITER = `
import fcntl, json, os, sys, time
ch, count = sys.argv[1], int(sys.argv[2])
for i in range(count):
    lock = os.open(ch + '/revision.lock', os.O_CREAT | os.O_RDWR, 0o644)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        value = int(open(ch + '/revision').read().strip() or 0)
    except Exception:
        value = 0
    value += 1
    tmp = ch + '/revision.tmp.%d' % os.getpid()
    with open(tmp, 'w') as f:
        f.write(str(value))
    os.replace(tmp, ch + '/revision')
    os.close(lock)
    line = json.dumps({'schema': 'agent-rally.fact.v1', 'event_id': 'blf_py_%d_%d' % (os.getpid(), i), 'kind': 'artifact',
        'subject': 'py', 'bl_revision': value, 'bl_kind': 'feedback'}, separators=(',', ':')) + chr(10)
    fd = os.open(ch + '/changes.jsonl', os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    os.write(fd, line.encode())
    os.close(fd)
`

let scratch: Scratch
beforeEach(() => {
  scratch = makeScratch()
})
afterEach(() => scratch.remove())

const together = <T>(start: (i: number) => Promise<T>, count = WRITERS): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => start(i)))

/** A reader of the log that shares no code with ours. */
function readLog(): { revisions: number[]; eventIds: string[]; torn: number } {
  const lines = scratch.read('changes.jsonl').split('\n')
  expect(lines.pop()).toBe('')
  const revisions: number[] = []
  const eventIds: string[] = []
  let torn = 0
  for (const line of lines) {
    // A writer that met another one's half-written line ends it first: a blank line, which every reader skips.
    if (line === '') continue
    try {
      const fact = JSON.parse(line)
      revisions.push(fact.bl_revision)
      eventIds.push(fact.event_id)
    } catch {
      torn++
    }
  }
  return { revisions, eventIds, torn }
}

function expectWhole(expected: number): void {
  const { revisions, eventIds, torn } = readLog()
  expect(torn).toBe(0)
  expect(revisions).toHaveLength(expected)
  expect(new Set(revisions).size).toBe(expected)
  expect(new Set(eventIds).size).toBe(expected)
  expect(Number(scratch.read('revision'))).toBe(Math.max(...revisions))
}

describe('sixteen processes at once', () => {
  it('posts 200 records each: none lost, none torn, every revision and event id once', async () => {
    const results = await together(() => runChild(scratch.dir, 'post', { count: 200 }))
    const answered = results.flat() as { revision: number; eventId: string }[]
    expectWhole(WRITERS * 200)
    expect(new Set(answered.map(({ revision }) => revision)).size).toBe(WRITERS * 200)
    expect(answered.map(({ eventId }) => eventId).sort()).toEqual(readLog().eventIds.sort())
  })

  it('posts through the flock program where the native call cannot be used', async () => {
    const env = (i: number) => (i % 2 === 0 ? { RALLY_LOCK: 'program' } : {})
    await together((i) => runChild(scratch.dir, 'post', { count: 10, env: env(i) }), 4)
    expectWhole(40)
  })

  it.skipIf(!python)('posts while Python does, under the same lock', async () => {
    const ours = together(() => runChild(scratch.dir, 'post', { count: 100 }), 8)
    const theirs = together(() => output(['python3', ['-c', PYTHON_WRITER, scratch.dir, '100']]), 4)
    await Promise.all([ours, theirs])
    expectWhole(1200)
  })

  it('acks one session: none fails, and the last one stands whole', async () => {
    const results = await together(() => runChild(scratch.dir, 'ack', { count: 20 }))
    expect(results.flat().every((path) => path === `${scratch.dir}/inbox/.acks/codex/s1.json`)).toBe(true)
    expect(JSON.parse(scratch.read('inbox/.acks/codex/s1.json')).direct.line_count).toBe(19)
    expect(fs.readdirSync(`${scratch.dir}/inbox/.acks/codex`)).toEqual(['s1.json'])
  })

  it('delivers messages: none lost, every id once', async () => {
    await together(() => runChild(scratch.dir, 'deliver', { count: 50 }))
    const messages = scratch.lines('inbox/all.jsonl')
    expect(messages).toHaveLength(WRITERS * 50)
    expect(new Set(messages.map(({ id }) => id)).size).toBe(WRITERS * 50)
  })

  it('claims an empty seat: one wins', async () => {
    const results = await together(() => runChild(scratch.dir, 'claim'))
    expect(results.flat().filter((won) => won === true)).toHaveLength(1)
  })

  it('keeps every foreign key of a presence record that all of them write', async () => {
    await together(() => runChild(scratch.dir, 'presence', { count: 100 }), 8)
    const presence = JSON.parse(scratch.read('sessions/s1.json'))
    const keys = Object.keys(presence).filter((key) => key.startsWith('key_'))
    expect(keys).toHaveLength(8)
    expect(keys.map((key) => presence[key])).toEqual(keys.map(() => 99))
    expect(fs.readdirSync(`${scratch.dir}/sessions`)).toEqual(['s1.json'])
  })
})

describe.skipIf(!python)('the lock and Python', () => {
  it('waits for a lock that Python holds, and says BUSY when it is held too long', async () => {
    const hold = `import fcntl,os,sys
fd=os.open(sys.argv[1]+'/revision.lock',os.O_CREAT|os.O_RDWR,0o644)
fcntl.flock(fd,fcntl.LOCK_EX)
print('held',flush=True)
sys.stdin.read(1)`
    const holder = spawn('python3', ['-c', hold, scratch.dir], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    const impatient = scratch.open({ lockWaitMs: 200 })
    const draft = { kind: 'feedback', tool: 't', model: 'm', run_id: 'r', app_slug: 'a', payload: {}, ts: 1 }
    await expect(impatient.log.append(draft)).rejects.toMatchObject({ code: 'BUSY', exit: 6 })
    expect(fs.existsSync(`${scratch.dir}/changes.jsonl`)).toBe(false)
    const patient = scratch.open().log.append(draft)
    holder.stdin.end()
    await expect(patient).resolves.toMatchObject({ revision: 1 })
  })

  it('is held against Python while we hold it', async () => {
    const held = `import fcntl,os,sys
fd=os.open(sys.argv[1],os.O_CREAT|os.O_RDWR,0o644)
try:
    fcntl.flock(fd,fcntl.LOCK_EX|fcntl.LOCK_NB)
    print('free')
except BlockingIOError:
    print('held')`
    const { createFileLock } = await import('../../src/transport/lock/file-lock.js')
    const lock = createFileLock(scratch.dir, 'x.lock')
    const look = () => execFileSync('python3', ['-c', held, `${scratch.dir}/x.lock`], { encoding: 'utf8' }).trim()
    expect(await lock.run(look)).toBe('held')
    expect(look()).toBe('free')
    lock.close()
  })
})
