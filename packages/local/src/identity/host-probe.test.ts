import { hostname } from 'node:os'
import type { Presence } from '@rally/core/model/presence'
import { expect, it } from 'vitest'
import { probeHostProcess } from './host-probe.js'
import { processStart } from './processes.js'

const started = processStart(process.pid)
const presence = (facts: Partial<Presence>) => ({ host: hostname(), ...facts }) as Presence

it('knows a process of this machine by id and start', () => {
  const facts = { host_pid: process.pid, ...(started ? { host_started: started } : {}) }
  expect(probeHostProcess(presence(facts))).toBe(true)
  expect(probeHostProcess(presence({ host_pid: 2 ** 22 + 1, host_started: 'x' }))).toBe(false)
})

it('says nothing of other machines and of records without a process', () => {
  expect(probeHostProcess(presence({ host: 'elsewhere', host_pid: process.pid }))).toBeUndefined()
  expect(probeHostProcess(presence({}))).toBeUndefined()
})
