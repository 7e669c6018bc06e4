import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { World } from '../support/world.js'

// The existing system's acceptance list of an orchestrator (test_orchestrator_contract.py), with the commands of rally.

let world: World
beforeEach(() => {
  world = new World()
})
afterEach(() => world.remove())

it('test_orchestrator_preamble_and_phase_flow', () => {
  const orch = ['--session-id', 'orch', '--tool', 'claude', '--model', 'opus', '--run-id', 'run-self']
  const peer = ['--session-id', 'peer', '--tool', 'codex', '--model', 'm', '--run-id', 'run-peer']
  expect(world.json(['presence', '--phase', 'assess', ...orch])).toMatchObject({ ok: true })
  expect(fs.existsSync(join(world.channel, 'sessions/orch.json'))).toBe(true)
  world.json(['presence', '--phase', 'execute', '--files-in-flight', 'src/api.py', ...peer])
  world.json(['post', 'dep-change', '--payload-json', '{"manifests":["package.json"]}', ...peer])
  world.json(['post', 'phase', '--payload-json', '{"phase":"execute"}', ...orch])

  const envelope = world.json(['checkpoint', '--files', 'src/api.py', ...orch]) as Record<string, never[]>
  expect(envelope.changed).toBe(true)
  expect(envelope.new_changes).toContainEqual(expect.objectContaining({ kind: 'phase' }))
  expect(envelope.active_peers).toContainEqual(expect.objectContaining({ session_id: 'peer' }))
  const reactions = envelope.reactions as unknown as Record<string, unknown>[]
  expect(reactions.map(({ type }) => type)).toEqual(['reinstall', 'soft-claim'])
  const soft = reactions.find(({ type }) => type === 'soft-claim')
  expect(['warning', 'informational']).toContain(soft?.severity)
  expect(['merged_residue', 'squash_landed', 'active_conflict']).toContain(soft?.reason)
  expect(soft).not.toHaveProperty('block')
  expect(soft).toMatchObject({ peer: 'peer', files: ['src/api.py'] })
})

// Its two tests of a document look for words in the existing system's own page; ours is what agents are given.
it('test_orchestrator_doc_documents_surfacing_block, test_orchestrator_doc_requires_build_loop_id_before_presence', () => {
  const { stdout, status } = world.rally([
    'buildloop',
    'preamble',
    '--session-id',
    'orch',
    '--tool',
    'my-loop',
    '--json',
  ])
  expect(status).toBe(0)
  const answer = JSON.parse(stdout)
  expect(answer.build_loop_id).toMatch(/^bl-/)
  expect(answer.build_loop_run_label).toContain('my-loop#')
  const presence = JSON.parse(fs.readFileSync(join(world.channel, 'sessions/orch.json'), 'utf8'))
  expect(presence.build_loop_id).toBe(answer.build_loop_id)
  const page = fs.readFileSync(join(import.meta.dirname, '../../docs/how-to/build-loop.md'), 'utf8')
  for (const words of ['preamble', 'presence', 'phase', 'checkpoint']) expect(page).toContain(words)
})
