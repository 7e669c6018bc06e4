import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../terminal.js'
import { displayWidth } from '../text/display-width.js'
import { renderPicture } from './picture.js'

const NOW = 1_795_000_000

function agent(name: string, over: Partial<PictureAgent> = {}): PictureAgent {
  return {
    name,
    session_id: `id-of-${name}`,
    tool: 'claude_code',
    parent: null,
    children: 0,
    state: 'working',
    since: NOW - 3,
    task: 'Refactor the fs driver: split watch',
    task_source: 'said',
    branch: 'main',
    worktree: '/repo',
    machine: 'm',
    files: [{ path: 'src/drivers/fs.ts', last_edit: NOW - 3 }],
    claims: [],
    unread: null,
    self: false,
    ...over,
  }
}

function picture(agents: readonly PictureAgent[], over: Partial<RoomPicture> = {}): RoomPicture {
  return {
    room: { app: 'shop', branch: 'main', repo_root: '/repo', machine: 'm', revision: 3, at: NOW },
    verdict: { status: 'clear', because: [] },
    agents: [...agents],
    collisions: [],
    questions: [],
    messages: [],
    people: [],
    ...over,
  }
}

const COLLISION: Pick<RoomPicture, 'verdict' | 'collisions' | 'questions' | 'messages'> = {
  verdict: {
    status: 'warn',
    because: [
      {
        code: 'collision',
        text: 'src/drivers/fs.ts: claude-1 3s ago and codex-1 1s ago, same working tree',
        files: ['src/drivers/fs.ts'],
        since: NOW - 3,
      },
    ],
  },
  collisions: [{ path: 'src/drivers/fs.ts', sessions: [], kind: 'same-tree', since: NOW - 3, warned: [] }],
  questions: [
    {
      id: 'q',
      number: 18,
      kind: 'ask',
      from: 'cursor-1',
      to: 'ann',
      text: 'two designs for the page, which one?',
      since: NOW - 120,
      answer_with: 'rally reply 18 "…"',
    },
  ],
  messages: [
    {
      id: 'm',
      number: 4,
      from: 'codex-1',
      to: 'claude-1',
      text: 'done: redis tests pass',
      at: NOW - 300,
      ladder: 'told',
    },
  ],
}

const screen = (columns: number, more: object = {}) => ({ isTty: true, columns, style: PLAIN_STYLE, now: NOW, ...more })

it('says who waits for the reader, and each question once, with the command that answers it', () => {
  const room = picture([agent('cursor-1', { state: 'asks', asks_you: true }), agent('codex-1', { state: 'asks' })])
  const [question] = COLLISION.questions
  const [message] = COLLISION.messages
  const asked = {
    ...room,
    questions: [question],
    messages: [message, { ...message, id: 'q', number: 18 }],
  } as RoomPicture
  const lines = renderPicture(asked, screen(100)).split('\n')
  expect(lines.slice(1, 3)).toEqual([
    expect.stringMatching(/^cursor-1 {2}asks you /),
    expect.stringMatching(/^codex-1 {3}asks {6}/),
  ])
  expect(lines.slice(3)).toEqual([
    expect.stringContaining('rally reply 18 "…"'),
    '> codex-1 to claude-1  "done: redis tests pass"  5m  told',
  ])
})

it('at 80 columns: trouble first, then a line for each agent, then what was said last', () => {
  const agents = [
    agent('claude-1'),
    agent('codex-1', { since: NOW - 1, task: 'fix issue 512 in fs driver' }),
    agent('gemini-1', { state: 'idle', since: NOW - 720, task: '', files: [] }),
  ]
  expect(renderPicture(picture(agents, COLLISION), screen(80)).split('\n')).toEqual([
    'shop · main                                                    warn  1 collision',
    '! src/drivers/fs.ts: claude-1 3s ago and codex-1 1s ago, same working tree',
    'claude-1  working    3s  Refactor the fs driver: split watch  fs.ts',
    'codex-1   working    1s  fix issue 512 in fs driver           fs.ts',
    'gemini-1  idle      12m  -                                    -',
    '? cursor-1 to ann "two designs for the page, which one?"  rally reply 18 "…"',
    '> codex-1 to claude-1  "done: redis tests pass"  5m  told',
  ])
})

it('an empty room says how agents come', () => {
  expect(renderPicture(picture([]), screen(80))).toContain(
    'no agents yet. They appear when they start with hooks installed',
  )
})

describe.each([120, 80, 40, 20])('%i columns', (columns) => {
  const names = ['claude-1', '名前のとても長いエージェント-12', 'a'.repeat(60)]
  const many = (count: number) =>
    Array.from({ length: count }, (_, at) =>
      agent(`${names[at % names.length]}${at}`, {
        task: at % 2 ? '修正する 名前 名前 名前 名前 名前 名前 名前 名前' : `x${'long word '.repeat(9)}`,
        files: [{ path: `src/${'deep/'.repeat(at % 9)}ファイル${at}.ts`, last_edit: NOW }],
      }),
    )
  it.each([0, 1, 12, 500])('%i agents: no line is wider, and the answer stays within its lines', (count) => {
    const text = renderPicture(
      picture(many(count), COLLISION),
      screen(columns, { maxLines: columns >= 60 ? 12 : undefined }),
    )
    const lines = text.split('\n')
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns)
    if (columns >= 60) expect(lines.length).toBeLessThanOrEqual(12)
    if (count > 12) expect(text).toMatch(/and 4\d\d\s+more/)
  })
})
