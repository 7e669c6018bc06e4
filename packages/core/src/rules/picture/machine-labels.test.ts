import { expect, it } from 'vitest'
import type { AgentState } from '../../model/room-picture.js'
import { machineBeside, machineLabels, runsHere } from './machine-labels.js'

const room = { machine: 'desk.example.org' }
const on = (machine: string | null, state: AgentState = 'working') => ({ machine, state })
const labels = (...agents: ReturnType<typeof on>[]) => Object.fromEntries(machineLabels({ room, agents }))

it('names no machine while everybody is here', () => {
  expect(labels()).toEqual({})
  expect(labels(on('desk.example.org'), on(null), on('laptop-1a2b3c4d', 'gone'))).toEqual({})
})

it('names all of them as soon as somebody is elsewhere, also where nobody is here', () => {
  const both = { 'desk.example.org': 'desk', 'laptop-1a2b3c4d': 'laptop' }
  expect(labels(on('desk.example.org'), on('laptop-1a2b3c4d'))).toEqual(both)
  expect(labels(on('laptop-1a2b3c4d'))).toEqual(both)
})

it('keeps machines apart that would be called alike', () => {
  expect(labels(on('desk-1a2b3c4d'), on('laptop-00000001'), on('laptop-00000002'))).toEqual({
    ...{ 'desk.example.org': 'desk.example.org', 'desk-1a2b3c4d': 'desk-1a2b3c4d' },
    ...{ 'laptop-00000001': 'laptop-00000001', 'laptop-00000002': 'laptop-00000002' },
  })
})

it('says it once: not where the name of the agent has it', () => {
  const known = machineLabels({ room, agents: [on('laptop-1a2b3c4d')] })
  const beside = (name: string, machine: string | null) => machineBeside({ name, machine }, known)
  expect(beside('claude-1', 'laptop-1a2b3c4d')).toBe('laptop')
  expect(beside('claude-1@laptop', 'laptop-1a2b3c4d')).toBeNull()
  expect(beside('claude-1@laptop-1a2b3c4d', 'laptop-1a2b3c4d')).toBeNull()
  expect(beside('claude-1', null)).toBeNull()
  expect(beside('claude-1', 'desk.example.org')).toBe('desk')
})

it('knows who runs here', () => {
  expect([on('desk.example.org'), on(null), on('laptop')].map((agent) => runsHere(agent, room))).toEqual([
    true,
    true,
    false,
  ])
  expect(runsHere(on('laptop'), { machine: null })).toBe(true)
})
