import fs from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createHostApi, heedMarks } from '@rally/core/moments'
import type { HostAdapter, HostEnv, HostMarks } from '@rally/core/ports/host'
import type { JsonObject } from '@rally/core/readers'
import { describe, expect, it } from 'vitest'

const PACKAGES = join(import.meta.dirname, '../../packages')
const require = createRequire(import.meta.url)

interface Recorded {
  readonly name: string
  readonly event: string
  readonly payload: JsonObject
}

interface Host {
  readonly adapter: HostAdapter
  readonly recorded: readonly Recorded[]
  /** What a hook of this host sees. */
  readonly env: HostEnv
}

const readJson = (path: string) => JSON.parse(fs.readFileSync(path, 'utf8'))

/** Every host package there is: nothing here knows one by its name. */
const HOSTS: readonly Host[] = fs.readdirSync(PACKAGES).flatMap((name) => {
  const folder = join(PACKAGES, name)
  const rally = fs.existsSync(join(folder, 'package.json')) ? readJson(join(folder, 'package.json')).rally : undefined
  if (!rally?.host) return []
  const names = fs.readdirSync(join(folder, 'fixtures')).filter((file) => /^[A-Za-z].*\.json$/.test(file))
  const adapter: HostAdapter = require(join(folder, rally.adapter))(createHostApi())
  const known = (adapter.samples ?? []).map(({ event }) => event).sort((a, b) => b.length - a.length)
  const recorded = names.map((file) => ({
    name: file,
    // An event may hold dots.
    event: known.find((event) => file.startsWith(`${event}.`)) ?? file.split('.')[0] ?? '',
    payload: readJson(join(folder, 'fixtures', file)),
  }))
  const facts = join(folder, 'fixtures/_env.json')
  const env = fs.existsSync(facts) ? (readJson(facts).host_specific_env_seen_by_a_hook ?? {}) : {}
  return [{ adapter, recorded, env }]
})

const marksBeside = (adapter: HostAdapter): readonly HostMarks[] =>
  HOSTS.filter((other) => other.adapter !== adapter).map((other) => other.adapter.marks ?? {})
const heeding = ({ adapter }: Host): HostAdapter => heedMarks(adapter, () => marksBeside(adapter))

/** What a hook sees that is handed this payload: the variables were recorded in another session than some payloads. */
function envFor({ adapter, env }: Host, payload: JsonObject): HostEnv {
  const { sessionField = 'session_id', sessionVariables = [] } = adapter.marks ?? {}
  const set = sessionVariables.filter((name) => env[name] !== undefined)
  return { ...env, ...Object.fromEntries(set.map((name) => [name, String(payload[sessionField])])) }
}

/** Events that the host's own hooks are entered for, and those of the recorded payloads. */
function eventsOf({ adapter, recorded }: Host): readonly string[] {
  const entered = adapter.configFiles.flatMap(({ entries }) => entries.map(({ event }) => event))
  return [...new Set([...entered, ...recorded.map(({ event }) => event)])]
}

describe('a host that runs the hooks of another one', () => {
  it('there are several hosts with payloads', () => {
    expect(HOSTS.length).toBeGreaterThan(2)
    for (const host of HOSTS) expect(host.recorded.length, host.adapter.id).toBeGreaterThan(4)
  })

  for (const host of HOSTS) {
    const { adapter } = host
    for (const other of HOSTS.filter((one) => one !== host)) {
      it(`${adapter.id} stays silent for what ${other.adapter.id} sends`, () => {
        for (const { name, event, payload } of other.recorded) {
          for (const asked of new Set([event, ...eventsOf(host)])) {
            for (const sent of [payload, { ...payload, hook_event_name: asked }]) {
              expect(heeding(host).parse(asked, sent, envFor(other, payload)), `${name} as ${asked}`).toBeUndefined()
            }
          }
        }
      })

      it(`${adapter.id} stays silent for it inside a shell of its own`, () => {
        for (const { name, event, payload } of other.recorded) {
          const sent = { ...payload, hook_event_name: event }
          expect(heeding(host).parse(event, sent, { ...host.env, ...envFor(other, payload) }), name).toBeUndefined()
        }
      })
    }

    it(`${adapter.id} hears its own payloads as before, in whatever shell it was started`, () => {
      const outer = Object.fromEntries(HOSTS.filter((one) => one !== host).flatMap(({ env }) => Object.entries(env)))
      for (const { name, event, payload } of host.recorded) {
        const own = envFor(host, payload)
        const heard = adapter.parse(event, payload, own)
        for (const env of [own, { ...outer, ...own }]) {
          expect(heeding(host).parse(event, payload, env)?.name, name).toEqual(heard?.name)
        }
      }
    })
  }

  it('one whose environment names the session is heard although a field of another turns up, and only then', () => {
    let tried = 0
    for (const host of HOSTS) {
      const { sessionField = 'session_id', sessionVariables = [] } = host.adapter.marks ?? {}
      for (const { event, payload } of host.recorded) {
        const own = envFor(host, payload)
        const moment = host.adapter.parse(event, payload, own)
        const isNamed = sessionVariables.some((name) => own[name] === payload[sessionField])
        if (moment === undefined || !isNamed) continue
        for (const { field, holds } of marksBeside(host.adapter).flatMap((marks) => marks.payload ?? [])) {
          const sent = { ...payload, [field]: holds ?? 'new in some release' }
          expect(heeding(host).parse(event, sent, own)?.name, field).toBe(moment.name)
          // A field that the host sends itself says nothing either way.
          if (!host.adapter.marks?.shares?.includes(field))
            expect(heeding(host).parse(event, sent, {}), field).toBeUndefined()
          tried++
        }
      }
    }
    // Where plugins are taken out, nobody may be left whose environment names the session.
    if (HOSTS.length > 6) expect(tried).toBeGreaterThan(20)
  })
})
