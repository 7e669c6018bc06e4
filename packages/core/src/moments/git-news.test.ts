import { expect, it } from 'vitest'
import { lostLine } from './claim-news.js'
import { gitLine, inScope, type OthersWork } from './git-news.js'
import { mergeHookSettings } from './settings.js'

const peer = (id: string) =>
  ({ sessionId: id, tool: 'codex', name: id, parent: undefined, where: 'here', lastSeen: 0 }) as never
const work = (id: string, path: string, isClaim = false): OthersWork => ({ peer: peer(id), path, isClaim })

it('what lies in the folders of a command would go with it; of a claim what it may cover', () => {
  const all = [work('c1', 'src/a.ts'), work('c1', 'src'), work('c2', 'lib/b.ts'), work('c2', 'src/**', true)]
  const paths = (scope: string[] | undefined) => inScope(all, scope).map(({ path }) => path)
  expect(paths(undefined)).toEqual(['src/a.ts', 'src', 'lib/b.ts', 'src/**'])
  expect(paths([''])).toHaveLength(4)
  expect(paths(['src'])).toEqual(['src/a.ts', 'src', 'src/**'])
  expect(paths(['lib'])).toEqual(['lib/b.ts'])
  expect(paths(['lib', 'src/sub'])).toEqual(['lib/b.ts', 'src/**'])
  expect(paths([])).toEqual([])
})

it('one line names the command, the owners and their files, three of each', () => {
  const many = ['1', '2', '3', '4'].map((n) => work('codex-1', `src/${n}.ts`))
  const owners = ['2', '3', '4', '5'].map((n) => work(`codex-${n}`, `lib/${n}.ts`, n === '2'))
  const { text, reason, warned } = gitLine({ verb: 'stash', work: [...many, ...owners] })
  expect(reason).toBe('git')
  expect(text).toContain('git stash puts away what others work on')
  expect(text).toMatch(/codex-1 \(src\/1\.ts, src\/2\.ts, src\/3\.ts and 1 more\)/)
  expect(text).toContain('claimed lib/2.ts')
  expect(text).toContain(' and 2 more. Name your own files')
  expect(warned?.peer).toBe('stash')
})

it('the same command with the same work is the same news, with other work it is new', () => {
  const key = (...list: OthersWork[]) => gitLine({ verb: 'clean', work: list }).warned?.path
  expect(key(work('c1', 'a'), work('c2', 'b'))).toBe(key(work('c2', 'b'), work('c1', 'a'), work('c1', 'a')))
  expect(key(work('c1', 'a'))).not.toBe(key(work('c1', 'b')))
  expect(key(work('c1', 'a'))).not.toBe(key(work('c2', 'a')))
})

it('a claim that was lost is named with who took it and when, before its files are edited', () => {
  const lost = { id: 'c3', session_id: 's', at: 100, patterns: ['src/a.ts', 'b', 'c', 'd'], by: 'x' }
  const line = lostLine({ lost, path: 'src/a.ts', by: 'codex-1' }, 160)
  expect(line.reason).toBe('lost-claim')
  expect(line.text).toMatch(
    /your claim c3 of src\/a\.ts, b, c was taken over by codex-1 \(1m00s ago\)\. Read src\/a\.ts again/,
  )
  expect(line.warned).toEqual({ kind: 'lost', path: 'c3', since: 100, peer: 'x' })
  const ended = lostLine({ lost: { ...lost, by: null }, path: 'b' }, 50)
  expect(ended.text).toContain('ended while nothing was heard of you (0s ago)')
  expect(ended.warned?.peer).toBe('c3')
})

it('the user says whose words are shown of prompts; a repository can only forbid it', () => {
  const prompts = (user: unknown, repository: unknown = {}) => mergeHookSettings(user, repository).prompts
  expect(['agents', 'off', 'person', 'x'].map((word) => prompts({ picture: { prompts: word } }))).toEqual([
    ...['agents', 'off'],
    ...['person', 'person'],
  ])
  expect(prompts({ picture: { prompts: 'agents' } }, { picture: { prompts: 'off' } })).toBe('off')
  expect(prompts({}, { picture: { prompts: 'agents' } })).toBe('person')
})
