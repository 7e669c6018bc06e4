import { describe, expect, it } from 'vitest'
import { outputSchema } from '../../model/outputs/hosts.js'
import type { FoundHost, HostAdapter } from '../../ports/host.js'
import { listHosts } from './list-hosts.js'

const adapter = {
  title: 'X',
  capabilities: {
    moments: ['session-start', 'before-edit'],
    context: ['session-start'],
    deny: true,
    textLimit: 1000,
    timeoutUnit: 's',
    children: false,
  },
  identify: (env: Record<string, string | undefined>) => (env.X_SESSION ? { sessionId: env.X_SESSION } : undefined),
} as unknown as HostAdapter

const found: readonly FoundHost[] = [
  { id: 'x', plugin: '@acme/x', version: '1.0.0', type: 'core', root: '/x', adapter },
  { id: 'y', plugin: '@acme/y', version: '1.0.0', type: 'user', root: '/y', refusal: 'broken' },
]

describe('listHosts', () => {
  it('says what each host can do and whether it is here', () => {
    const input = { found, env: { X_SESSION: 's-1' }, hooks: { x: 'installed' } as const, folders: () => ['/home/.x'] }
    const hosts = listHosts(input)
    expect(hosts[0]).toMatchObject({
      id: 'x',
      title: 'X',
      refusal: null,
      hooks: 'installed',
      capabilities: { text_limit: 1000, timeout_unit: 's' },
      detected: { inside: true, session_id: 's-1', folders: ['/home/.x'] },
    })
    expect(hosts[1]).toMatchObject({ id: 'y', title: null, refusal: 'broken', capabilities: null, hooks: 'unknown' })
    expect(hosts[1]?.detected).toEqual({ inside: false, session_id: null, folders: [] })
    expect(() => outputSchema.parse({ ok: true, schema: 'rally.hosts/1', hosts })).not.toThrow()
  })

  it('has what a probe found, in words that it knows', () => {
    const probes = { x: { version: '9', probedAt: 5, heard: ['prompt', 'rest'], lost: [] } }
    const [x, y] = listHosts({ found, env: {}, hooks: {}, folders: () => [], probes })
    expect(x?.probe).toEqual({ version: '9', probed_at: 5, heard: ['prompt'], lost: [] })
    expect(y?.probe).toBeNull()
  })

  it('knows nothing about hooks without an inspection', () => {
    const [host] = listHosts({ found, env: {}, hooks: {}, folders: () => [] })
    expect(host).toMatchObject({ hooks: 'unknown', detected: { inside: false } })
  })
})
