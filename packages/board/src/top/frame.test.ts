import type { PictureAgent, RoomPicture } from '@rally/core/model/room-picture'
import { describe, expect, it } from 'vitest'
import { agentOf, entryOf, pictureOf } from '../../test/support/pictures.js'
import type { KeyedEntry } from '../stream/room-news.js'
import { widthOf } from './cells.js'
import { drawFrame } from './frame.js'
import { themeFor } from './theme.js'
import { FIRST_VIEW, type Known, type View } from './view.js'

const NOW = 1_795_000_000
const PLAIN = themeFor({ NO_COLOR: '1' })
const COLOURED = themeFor({})

/** At work on a file of the driver, on machine `one`. */
function agent(name: string, more: Partial<PictureAgent> = {}): PictureAgent {
  return agentOf(name, {
    ...{ tool: 'claude_code', since: NOW - 3, task: 'Refactor the fs driver', task_source: 'said', branch: 'main' },
    ...{ worktree: '/repo', machine: 'one', files: [{ path: 'src/fs.ts', last_edit: NOW - 3 }] },
    ...more,
  })
}

function known(
  agents: readonly PictureAgent[],
  more: Partial<RoomPicture> = {},
  timeline: readonly KeyedEntry[] = [],
): Known {
  const { room } = pictureOf([])
  const picture = pictureOf(agents, { room: { ...room, machine: 'one', at: NOW }, ...more })
  return { news: { picture, messages: [], missing: [], person: 'ann', entries: [] }, timeline }
}

function edit(by: string, path: string, at = NOW): KeyedEntry {
  return entryOf(`${by} ${path} ${at}`, at, { by, session_id: `id-${by}`, id: null, files: [path] })
}

const draw = (room: Known | undefined, view: Partial<View> = {}, [columns, rows] = [80, 24], theme = PLAIN): string[] =>
  drawFrame(room, { ...FIRST_VIEW, ...view }, { columns, rows, now: NOW, theme })

const COLLISION: Partial<RoomPicture> = {
  verdict: {
    status: 'warn',
    because: [
      {
        ...{ code: 'collision', text: 'src/fs.ts: claude-1 3s ago and codex-1 1s ago, same working tree' },
        ...{ files: ['src/fs.ts'], since: NOW - 3 },
      },
    ],
  },
  collisions: [
    {
      path: 'src/fs.ts',
      sessions: ['codex-1', 'claude-1'].map((name) => ({ session_id: `id-${name}`, name, last_edit: NOW - 1 })),
      ...{ kind: 'same-tree', since: NOW - 3, warned: [] },
    },
  ],
}

it('shows trouble first, then the agents, the selected one, the timeline, the keys', () => {
  const agents = [agent('claude-1'), agent('codex-1', { tool: 'codex', since: NOW - 1, task: 'fix issue 512' })]
  const room = known(agents, COLLISION, [edit('claude-1', 'src/fs.ts', NOW - 3), edit('codex-1', 'src/fs.ts', NOW - 1)])
  const lines = draw(room, { selected: 'id-codex-1' })
  expect(lines).toHaveLength(24)
  expect(lines.slice(0, 8)).toEqual([
    'shop · main                                                       warn  1 matter',
    '! src/fs.ts: claude-1 3s ago and codex-1 1s ago, same working tree',
    `─ agents 2 ${'─'.repeat(69)}`,
    ' !claude-1  working   3s  Refactor the fs driver  fs.ts',
    '›!codex-1   working   1s  fix issue 512           fs.ts',
    `─ codex-1 ${'─'.repeat(70)}`,
    'codex on one · working 1s · main · /repo',
    'task     "fix issue 512"',
  ])
  expect(lines).toContain('files    src/fs.ts  3s  claude-1 too')
  expect(lines.at(-1)).toBe('j/k move  t tell  r reply  c claim  s stop  / filter  ? help  q quit')
  expect(lines.filter((line) => line.includes('edits src/fs.ts'))).toHaveLength(2)
})

describe('whatever the size, the screen is full and no line is too wide', () => {
  const hostile = '\u001b[31mevil\u0007\u202e\n"name"'
  const many = Array.from({ length: 500 }, (_, at) =>
    agent(`${['claude-1', '名前のとても長いエージェント', 'x'.repeat(60), hostile][at % 4]}${at}`, {
      task: at % 2 ? '修正する 名前 '.repeat(9) : hostile,
      machine: at % 3 ? 'one' : 'two.example',
      files: [{ path: `src/${'deep/'.repeat(at % 9)}ファイル${at}.ts`, last_edit: NOW }],
      claims: at % 5 ? [] : ['docs/**', hostile],
    }),
  )
  const timeline = many.map(({ name }, at) => edit(name, `src/ファイル${at}.ts`))
  const rooms = {
    nobody: known([]),
    few: known(many.slice(0, 3), COLLISION, timeline),
    many: known(many, COLLISION, timeline),
  }
  for (const size of [
    [200, 60],
    [120, 40],
    [80, 24],
    [40, 15],
    [20, 8],
    [10, 3],
    [1, 1],
  ])
    it.each(Object.keys(rooms) as (keyof typeof rooms)[])(`${size.join(' by ')}: %s`, (name) => {
      const selected = many[2]?.session_id
      for (const view of [
        {},
        { selected },
        { selected, detail: true },
        { help: true },
        { filter: '名' },
        { back: 400 },
      ])
        for (const theme of [PLAIN, COLOURED]) {
          const lines = draw(rooms[name], view, size as [number, number], theme)
          expect(lines).toHaveLength(size[1] ?? 0)
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(size[0] ?? 0)
          // biome-ignore lint/suspicious/noControlCharactersInRegex: colours alone may stand in a line
          expect(lines.join('').replace(/\u001b\[\d+m/g, '')).not.toMatch(/[\u0000-\u001f\u007f\u202e]/)
        }
    })
})

it('of many agents the selected one is on the screen', () => {
  const many = Array.from({ length: 500 }, (_, at) => agent(`codex-${at}`))
  const lines = draw(known(many), { selected: 'id-codex-321' })
  expect(lines.find((line) => line.startsWith('›'))).toMatch(/^› codex-321 /)
})

it('says on which machine an agent is where the room has several', () => {
  const lines = draw(known([agent('claude-1'), agent('codex-1', { machine: 'two.example.org' })]))
  expect(lines.join('\n')).toMatch(/claude-1 @one .*\n.*codex-1 @two /)
})

it('names the hooks that are missing, and who waits for an answer', () => {
  const question = { id: 'q', number: 18, kind: 'ask' as const, from: 'cursor-1', to: 'ann', text: 'which one?' }
  const room = known([agent('codex-1', { tool: 'codex' })], {
    questions: [{ ...question, since: NOW, answer_with: 'rally reply 18 "…"' }],
  })
  const cure = 'rally hooks install --host codex'
  const missing = [{ host: 'codex', state: 'absent' as const, sessions: 1, cure }]
  const lines = draw({ ...room, news: { ...room.news, missing } })
  expect(lines).toContain(`hooks of codex not installed: ${cure}`)
  expect(lines).toContain('? #18 cursor-1 to ann "which one?"')
})

it('says who waits for the reader', () => {
  const lines = draw(known([agent('claude-1', { state: 'asks', asks_you: true }), agent('codex-1', { state: 'asks' })]))
  expect(lines.join('\n')).toMatch(/claude-1 +asks you {2,}\d.*\n.*codex-1 +asks {3,}\d/)
})

it('lists subagents under their parent, and more than five as a count', () => {
  const children = (count: number) =>
    Array.from({ length: count }, (_, at) => agent(`claude-1.${at}`, { parent: 'id-claude-1' }))
  expect(draw(known([...children(2), agent('claude-1')])).filter((line) => line.includes('└ claude-1.'))).toHaveLength(
    2,
  )
  const folded = draw(known([...children(6), agent('claude-1')]))
  expect(folded.join('\n')).not.toContain('└')
  expect(folded.join('\n')).toContain('claude-1 +6')
})

it('leaves out the silent and the gone until all are asked for', () => {
  const room = known([agent('claude-1'), agent('codex-1', { state: 'silent' }), agent('codex-2', { state: 'gone' })])
  expect(draw(room).join('\n')).toContain('agents 1 (2 silent or gone: a)')
  expect(draw(room).join('\n')).not.toContain('codex-1')
  expect(draw(room, { all: true }).join('\n')).toMatch(/codex-1 {3}silent[\s\S]*codex-2 {3}gone/)
})

it('parents that name each other are listed all the same', () => {
  const room = known([agent('a-1', { parent: 'id-a-2' }), agent('a-2', { parent: 'id-a-1' })])
  expect(draw(room).filter((line) => /a-[12]/.test(line))).toHaveLength(2)
})

it('advice is shown whole, on more lines where one is too narrow', () => {
  const text =
    'nobody here is called "bob" (try: here: claude-1, codex-1; --unseen delivers all the same) [NO_SUCH_RECIPIENT]'
  const options = { columns: 40, rows: 15, now: NOW, theme: PLAIN, notice: { text, failed: true } }
  const lines = drawFrame(known([agent('claude-1')]), FIRST_VIEW, options)
  expect(lines).toHaveLength(15)
  expect(lines.slice(-3).join(' ')).toBe(text)
})
