import assert from 'node:assert/strict'
import type { HookConfigFile, HookEntry } from '@rally/core/ports/host'
import type { TestRunner } from '../test-runner.js'
import { type HostUnderTest, momentsOf } from './fixtures.js'

/** Longest time that a hook may keep a turn waiting, in seconds. */
const LONGEST_TIMEOUT = 60

/** What the installer is given to write: legible, portable, and only what the adapter understands. */
export function hookFileTests({ describe, it }: TestRunner, host: HostUnderTest): void {
  const { adapter, api } = host
  const { configFiles, capabilities } = adapter
  const entries = configFiles.flatMap((file) => file.entries)

  describe('hook files', () => {
    it('have relative paths inside the repository or the home folder', () => {
      for (const file of [...configFiles, ...adapter.textFiles, ...(adapter.offSwitches ?? [])]) {
        assert.match(file.path, /^[^/~\\][^\\]*[^/\\]$/, file.path)
        assert.ok(!file.path.split('/').includes('..'), file.path)
        assert.ok(['project', 'local', 'user'].includes(file.scope))
        if (file.scope !== 'user') assert.equal(file.homeVariable ?? file.rootVariable, undefined)
      }
    })

    it('name each file once per scope', () => {
      const names = configFiles.map((file) => `${file.scope}:${file.path}`)
      assert.equal(new Set(names).size, names.length)
    })

    it('start from an empty content that is valid', () => {
      for (const file of configFiles) {
        assert.ok(['json', 'jsonc', 'toml'].includes(file.dialect))
        if (file.dialect !== 'toml') assert.equal(typeof JSON.parse(file.empty), 'object', file.path)
      }
    })

    it('carry exactly the one command line of rally in every entry', () => {
      for (const entry of entries) {
        const command = api.hookCommand(adapter.id, entry.event, capabilities.refusesByExit)
        const texts = stringsOf(entry.value)
        assert.deepEqual(
          texts.filter((text) => text.includes('rally-hook')),
          [command],
          entry.event,
        )
        for (const text of texts) assert.ok(!/\/\/|\n/.test(text), `${entry.event}: ${text}`)
      }
    })

    it('are plain JSON, and no file has the same entry twice', () => {
      for (const file of configFiles) {
        const texts = file.entries.map((entry) => JSON.stringify([entry.at, entry.value]))
        assert.equal(new Set(texts).size, texts.length, file.path)
        for (const entry of file.entries) {
          assert.deepEqual(JSON.parse(JSON.stringify(entry.value)), entry.value)
          assert.ok(entry.at.length > 0 && entry.at.every((key) => key !== ''))
        }
      }
    })

    it('ask only for events that the adapter understands', () => {
      const understood = new Set(momentsOf(host).map((moment) => moment.event))
      for (const entry of entries) assert.ok(understood.has(entry.event), entry.event)
    })

    it('an edit costs one process where text before it reaches the model', () => {
      if (!capabilities.context.includes('before-edit')) return
      const events = new Map(momentsOf(host).map((moment) => [moment.event, moment.name]))
      for (const file of configFiles) {
        const onEdit = file.entries.filter((entry) => /^(before|after)-edit$/.test(events.get(entry.event) ?? ''))
        assert.ok(onEdit.length <= 1, `${file.path}: ${onEdit.map((entry) => entry.event).join(', ')}`)
      }
    })

    it('have timeouts in the declared unit', () => {
      const second = capabilities.timeoutUnit === 'ms' ? 1000 : 1
      for (const file of configFiles) for (const entry of file.entries) checkTimeout(file, entry, second)
    })

    it('every sample is of an event that the adapter understands', () => {
      const understood = new Set(momentsOf(host).map((moment) => moment.event))
      for (const sample of adapter.samples ?? []) {
        assert.ok(understood.has(sample.event), sample.event)
        assert.match(sample.file, /^[^/~.][^\\]*\.json$/)
      }
    })
  })
}

function checkTimeout(file: HookConfigFile, entry: HookEntry, second: number): void {
  for (const timeout of timeoutsOf(entry.value)) {
    const seconds = timeout / second
    assert.ok(seconds >= 1 && seconds <= LONGEST_TIMEOUT, `${file.path} ${entry.event}: ${timeout}`)
  }
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}

function timeoutsOf(value: unknown): number[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) =>
    /^timeout/i.test(key) && typeof item === 'number' ? [item] : timeoutsOf(item),
  )
}
