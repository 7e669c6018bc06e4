import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { probeHostProcess } from './host-probe.js'
import { processesPlace, processStart } from './processes.js'

const namespace = processesPlace()
const started = processStart(process.pid) ?? ''
const [ticks = '', boot = ''] = started.split('-')
const onLinux = it.skipIf(namespace === undefined)

onLinux('knows a process of this place by id, start and boot', () => {
  const own = { pid: process.pid, started, namespace }
  expect(probeHostProcess(own)).toBe('runs')
  expect(probeHostProcess({ ...own, started: `${Number(ticks) + 1}-${boot}` })).toBe('gone')
  expect(probeHostProcess({ ...own, pid: 2 ** 22 + 1 })).toBe('gone')
})

onLinux('proves nothing of another place, boot or form', () => {
  const own = { pid: process.pid, started, namespace }
  expect(probeHostProcess({ ...own, namespace: '1' })).toBe('unknown')
  expect(probeHostProcess({ ...own, started: `${ticks}-00000000` })).toBe('unknown')
  expect(probeHostProcess({ ...own, started: 'x' })).toBe('unknown')
})

onLinux('believes a record without a place only that a process is there', () => {
  const own = { pid: process.pid, started, namespace: undefined }
  expect(probeHostProcess(own)).toBe('runs')
  expect(probeHostProcess({ ...own, pid: 2 ** 22 + 1 })).toBe('unknown')
})

onLinux('sees at once that a process was killed', async () => {
  const child = spawn('sleep', ['60'])
  const { pid = 0 } = child
  const seen = { pid, started: processStart(pid) ?? '', namespace }
  expect(probeHostProcess(seen)).toBe('runs')
  child.kill('SIGSTOP')
  expect(probeHostProcess(seen)).toBe('runs')
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(probeHostProcess(seen)).toBe('gone')
})
