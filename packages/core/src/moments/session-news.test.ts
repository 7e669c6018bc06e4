import { describe, expect, it } from 'vitest'
import type { Collision } from './collisions.js'
import type { Peer } from './room.js'
import { changeNews, peerNews } from './session-news.js'
import { denyReason, warningLines } from './warning-text.js'

const NOW = 1_000_000
const peer = (sessionId: string, more: Partial<Peer> = {}): Peer => ({
  ...{ sessionId, tool: 'codex', lastSeen: NOW - 5, files: [], where: 'here' as const, children: 0 },
  ...more,
})
const news = (peers: readonly Peer[], more: Partial<Parameters<typeof peerNews>[1]> = {}) =>
  peerNews(peers, { now: NOW, room: 9000, count: peers.length, ...more })

describe('who else is here', () => {
  it('is nothing to tell of an empty room', () => expect(news([])).toEqual([]))

  it('tells what a peer says of itself, and how long ago it was seen', () => {
    const full = peer('full', {
      ...{ where: 'worktree', task: 'prices', branch: 'topic', files: ['a', 'b', 'c', 'd', 'e'], children: 2 },
      lastSeen: NOW - 70,
    })
    expect(news([full, peer('bare')])).toEqual([
      'rally: 2 other agents are working in this repository. To reach one, by name: rally tell bare "…"',
      '- codex, session bare, same working tree, seen 5s ago',
      '- codex, session full, another working tree, task "prices", branch "topic", editing a, b, c and 2 more, 2 subagents, seen 1m10s ago',
    ])
    expect(news([peer('a', { where: 'machine', children: 1, files: ['a', 'b', 'c'], lastSeen: NOW + 9 })])).toEqual([
      'rally: 1 other agent is working in this repository. To reach it: rally tell a "…"',
      '- codex, session a, another machine, editing a, b, c, 1 subagent, seen 0s ago',
    ])
    // The branch of one's own working tree is no news, and blanks are no words.
    expect(news([peer('a', { branch: 'main', task: ' ' })])[1]).toBe(
      '- codex, session a, same working tree, seen 5s ago',
    )
    expect(news([peer('a', { branch: ' ', where: 'worktree' })])[1]).toBe(
      '- codex, session a, another working tree, seen 5s ago',
    )
  })

  it('tells as many as fit, and how many it leaves out', () => {
    const peers = ['a', 'b', 'c'].map((id, index) => peer(id, { lastSeen: NOW - 5 - index }))
    const all = news(peers)
    expect(all).toHaveLength(4)
    const length = all.join('\n').length
    expect(news(peers, { room: length })).toEqual(all)
    expect(news(peers, { room: length - 1 })).toEqual([...all.slice(0, 3), '- and 1 more: rally roster'])
    for (let room = 120; room < length; room++)
      expect(news(peers, { room }).join('\n').length).toBeLessThanOrEqual(room)
    expect(news(peers, { count: 7 })).toEqual([
      'rally: 7 other agents are working in this repository. To reach one, by name: rally tell a "…"',
      ...all.slice(1),
      '- and 4 more: rally roster',
    ])
  })

  it('gives a subagent the heading and the tools', () => {
    const tools = ['t1', 't2', 't2', 't3', 't4', 't5'].map((tool, index) =>
      peer(`${index}`, { tool, lastSeen: -index }),
    )
    const start = 'rally: 6 other agents are working in this repository'
    expect(news(tools, { brief: true })).toEqual([`${start} (t1, t2, t3, t4, t5).`])
    expect(news([...tools, peer('x', { tool: 't6', lastSeen: -9 })], { brief: true, count: 6 })).toEqual([
      `${start} (t1, t2, t3, t4, t5, …).`,
    ])
  })
})

it('the log is news when it grew since somebody looked', () => {
  expect(changeNews(3, 5)[0]).toContain('from revision 3 to 5')
  expect([changeNews(null, 5), changeNews(5, 5), changeNews(6, 5)]).toEqual([[], [], []])
})

describe('warnings', () => {
  const collision = (path: string, more: Partial<Collision> = {}): Collision => ({
    ...{
      peer: peer('p', { task: 'prices' }),
      kind: 'collision',
      path,
      since: NOW - 600,
      last: NOW - 60,
      deniable: true,
    },
    ...more,
  })
  const lines = (...collisions: Collision[]) => warningLines(collisions, NOW).map(({ line }) => line)

  it('name three files and count the others, with the whole stretch of work', () => {
    const [line] = lines(
      ...['a', 'b', 'c'].map((path) => collision(path)),
      collision('d', { since: NOW - 900, last: NOW - 7 }),
    )
    expect(line).toContain('codex (session p, task "prices") is editing a, b, c and 1 more in')
    expect(line).toContain('(for 15m00s, last edit 7s ago)')
  })
  it('say nothing twice, and nothing that nobody knows', () => {
    expect(lines(collision('a', { since: NOW - 60 }))[0]).toContain('(last edit 1m00s ago)')
    expect(lines(collision('a', { since: 0 }))[0]).toContain('(as it announced, seen 1m00s ago)')
    expect(lines(collision('a', { peer: peer('p'), last: NOW + 9, since: NOW + 9 }))[0]).toContain(
      'codex (session p) is editing a in this same working tree (last edit 0s ago)',
    )
  })
  it('call a peer that has a name by it', () => {
    const named = (more: Partial<Peer> = {}) => peer('p', { name: 'codex-1', ...more })
    expect(lines(collision('a', { peer: named() }))[0]).toContain('rally: codex-1 is editing a in this same')
    expect(lines(collision('a', { peer: named({ task: 'prices' }) }))[0]).toContain(
      'codex-1 (task "prices") is editing',
    )
    expect(lines(collision('a', { kind: 'merge-risk', peer: named({ task: 'x' }) }))).toEqual([
      'rally: merge risk: codex-1 has a in flight in another working tree. To agree: rally tell codex-1 "…"',
    ])
    expect(peerNews([named()], { now: NOW, room: 500, count: 1 })[1]).toContain('- codex-1, same working tree')
  })
  it('of a merge risk name where the peer is', () => {
    const far = { kind: 'merge-risk' as const, peer: peer('p', { where: 'machine' }) }
    expect(lines(collision('a', far))).toEqual([
      'rally: merge risk: codex (session p) has a in flight on another machine. To agree: rally tell p "…"',
    ])
  })
  it('give the reason of a refusal, each file once', () => {
    const paths = ['a', 'a', 'b', 'c', 'd'].map((path) => collision(path))
    expect(denyReason(paths, { now: NOW, denies: 'repository' })).toContain(
      'took a, b, c in this same working tree (for 10m00s, last edit 1m00s ago), and this repository is configured to',
    )
    expect(denyReason([collision('a', { last: NOW + 5 })], { now: NOW, denies: 'user' })).toContain(
      'last edit 0s ago), and your user has configured rally to refuse such edits (hooks.collision: deny)',
    )
  })
})
