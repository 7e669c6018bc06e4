import { execFileSync, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cleanEnv, runRally, splitWords } from './run-rally.js'

// Another program on the same inbox: a small reader and writer in Python, written from the description of the format alone.

const hasPython = spawnSync('python3', ['-c', '']).status === 0

const PYTHON = `
import json, os, re, sys, time

def safe(name):
    return re.sub(r'[^A-Za-z0-9_.-]+', '_', name.strip()).strip('._') or 'unknown'

def lines(path):
    try:
        with open(path, encoding='utf-8', newline='') as box:
            return [one for one in box.read().split('\\n') if one.strip()]
    except FileNotFoundError:
        return []

def parsed(texts):
    found = []
    for text in texts:
        try:
            value = json.loads(text)
        except ValueError:
            continue
        if isinstance(value, dict):
            found.append(value)
    return found

channel, command, tool, session = sys.argv[1:5]
inbox = os.path.join(channel, 'inbox')
direct = lines(os.path.join(inbox, safe(tool) + '.jsonl'))
broadcast = lines(os.path.join(inbox, 'all.jsonl'))
cursor_path = os.path.join(inbox, '.acks', safe(tool), safe(session) + '.json')

if command == 'read':
    try:
        with open(cursor_path) as stored:
            cursor = json.load(stored)
    except (OSError, ValueError):
        cursor = {}
    def unread(source, texts):
        count = cursor.get(source, {}).get('line_count', 0)
        return max(0, len(texts) - min(len(texts), count if isinstance(count, int) else 0))
    print(json.dumps({'direct': unread('direct', direct), 'broadcast': unread('broadcast', broadcast),
        'messages': parsed(direct) + parsed(broadcast)}))
elif command == 'ack':
    def position(texts):
        last = parsed(texts)
        return {'line_count': len(texts), 'last_message_ts': last[-1].get('ts') if last else None}
    cursor = {'schema_version': '1.0', 'kind': 'rally-inbox-ack-cursor', 'tool': safe(tool), 'session_id': session,
        'acked_at': time.time(), 'direct': position(direct), 'broadcast': position(broadcast)}
    os.makedirs(os.path.dirname(cursor_path), exist_ok=True)
    with open(cursor_path + '.tmp', 'w') as out:
        out.write(json.dumps(cursor, indent=2, sort_keys=True) + '\\n')
    os.replace(cursor_path + '.tmp', cursor_path)
elif command == 'write':
    to, text = sys.argv[5:7]
    now = time.time()
    message = {'schema_version': '1.0', 'id': safe(session) + '-%d' % (now * 1000), 'kind': 'message', 'from': tool, 'to': to,
        'requires_ack': False, 'ts': now, 'payload': {'message': text}}
    os.makedirs(inbox, exist_ok=True)
    with open(os.path.join(inbox, safe(to) + '.jsonl'), 'a') as box:
        box.write(json.dumps(message) + '\\n')
`

let folder: string
let repo: string
let script: string
let channel: string
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'rally python ')))
  repo = join(folder, 'my shop')
  script = join(folder, 'other.py')
  fs.mkdirSync(repo)
  fs.writeFileSync(script, PYTHON)
  execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: repo })
  for (const who of ['ann', 'bob', 'bea']) rally(who, 'presence')
  channel = JSON.parse(rally('ann', 'where --json')).channel_dir
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const TOOLS: Readonly<Record<string, string>> = { ann: 'claude_code', bob: 'codex', bea: 'codex' }

function rally(who: string, line: string): string {
  const env = cleanEnv(join(folder, 'home'), { RALLY_SESSION_ID: who, RALLY_TOOL: TOOLS[who] })
  const { status, stdout, stderr } = runRally(splitWords(line), { cwd: repo, env })
  expect([status, stderr], line).toEqual([0, ''])
  return stdout
}

function python(who: string, command: 'read' | 'ack' | 'write', ...more: string[]): string {
  const args = [script, channel, command, TOOLS[who] ?? '', who, ...more]
  return execFileSync('python3', args, { encoding: 'utf8' })
}

interface Seen {
  readonly direct: number
  readonly broadcast: number
  readonly messages: readonly { id: string; kind: string; from: string; to: string; payload?: { message?: string } }[]
}
const theirs = (who: string): Seen => JSON.parse(python(who, 'read'))
const ours = (who: string) => {
  const { direct, broadcast } = JSON.parse(rally(who, 'status --json')).inbox_unread_counts
  return { direct, broadcast }
}
/** What both say is unread. */
function bothSay(who: string, counts: { direct: number; broadcast: number }): void {
  expect(theirs(who)).toMatchObject(counts)
  expect(ours(who)).toEqual(counts)
}

describe.skipIf(!hasPython)('a reader and writer in Python on the same inbox', () => {
  it('sees every message of ours in the box of its tool, whatever it is, and counts it', () => {
    rally('ann', 'tell codex "to the tool"')
    rally('ann', 'tell bob "to one session"')
    rally('ann', 'ask codex "a question?"')
    rally('ann', 'tell all "to everybody"')
    rally(
      'ann',
      'handoff --to codex --owns src/ --does-not-own docs/ --allowed-tools edit --denied-tools push ' +
        '--interface-contract "as is" --integration-checkpoint "tests pass"',
    )
    const { messages, ...counts } = theirs('bob')
    expect(counts).toEqual({ direct: 4, broadcast: 1 })
    expect(messages.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['message', 'claude_code', 'codex'],
      ['message', 'claude_code', 'codex'],
      ['ask', 'claude_code', 'codex'],
      ['handoff', 'claude_code', 'codex'],
      ['message', 'claude_code', 'all'],
    ])
    expect(new Set(messages.map(({ id }) => id)).size).toBe(5)
    expect(messages[1]?.payload?.message).toBe('to one session')
    expect(ours('bob')).toEqual({ direct: 4, broadcast: 1 })
    // What is for one session alone is unread for nobody else of that tool where rally reads.
    expect(ours('bea')).toEqual({ direct: 3, broadcast: 1 })
    // An answer to the question, in the box of whoever asked.
    rally('bob', 'reply 3 "here it is"')
    expect(theirs('ann').messages.map(({ kind, payload }) => [kind, payload?.message])).toContainEqual([
      'reply',
      'here it is',
    ])
  })

  it('and rally hold each other’s acknowledgements', () => {
    rally('ann', 'tell codex "one"')
    rally('ann', 'tell all "two"')
    bothSay('bob', { direct: 1, broadcast: 1 })
    python('bob', 'ack')
    bothSay('bob', { direct: 0, broadcast: 0 })
    bothSay('bea', { direct: 1, broadcast: 1 })
    // Whoever sent it sees that.
    const [sent] = JSON.parse(rally('ann', 'sent --json')).messages.filter(({ to }: { to: string }) => to === 'codex')
    const rungs = sent.recipients.map(({ session_id: id, rung }: { session_id: string; rung: string }) => [id, rung])
    expect(Object.fromEntries(rungs)).toEqual({ bob: 'acked', bea: 'stored' })

    rally('bea', 'ack-inbox')
    bothSay('bea', { direct: 0, broadcast: 0 })
    python('ann', 'write', 'codex', 'three')
    python('ann', 'write', 'all', 'four')
    for (const who of ['bob', 'bea']) bothSay(who, { direct: 1, broadcast: 1 })
    expect(rally('bob', 'inbox read')).toMatch(/three[\s\S]*four|four[\s\S]*three/)
    rally('bob', 'ack-inbox')
    rally('ann', 'tell codex "five"')
    python('bea', 'ack')
    bothSay('bob', { direct: 1, broadcast: 0 })
    bothSay('bea', { direct: 0, broadcast: 0 })
  })

  it('and rally count a line that is cut, and one of blanks, alike', () => {
    rally('ann', 'tell codex "one"')
    fs.appendFileSync(join(channel, 'inbox/codex.jsonl'), '{"kind":"mess\n  \n')
    bothSay('bob', { direct: 2, broadcast: 0 })
    python('bob', 'ack')
    bothSay('bob', { direct: 0, broadcast: 0 })
    rally('bea', 'ack-inbox')
    python('ann', 'write', 'codex', 'two')
    for (const who of ['bob', 'bea']) bothSay(who, { direct: 1, broadcast: 0 })
  })
})
