import type { HostOutputItem } from '@rally/core/model/outputs/hosts'
import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../terminal.js'
import { toText } from './hosts.js'

const TERMINAL = { isTty: false, columns: undefined, style: PLAIN_STYLE }

const host = (id: string, changes: Partial<HostOutputItem> = {}): HostOutputItem => ({
  id,
  title: id.toUpperCase(),
  plugin: `@acme/host-${id}`,
  version: '1.0.0',
  type: 'core',
  refusal: null,
  capabilities: {
    moments: ['session-start', 'before-edit'],
    context: ['session-start', 'before-edit'],
    deny: true,
    text_limit: 1000,
    timeout_unit: 's',
    children: true,
  },
  detected: { inside: false, session_id: null, folders: [] },
  hooks: 'unknown',
  probe: null,
  ...changes,
})

describe('view of hosts', () => {
  it('is a table with the refused plugins below', () => {
    const later = {
      ...host('b').capabilities,
      context: ['after-edit'],
      deny: false,
      children: false,
    } as HostOutputItem['capabilities']
    const text = toText(
      [
        host('a', { detected: { inside: true, session_id: 's', folders: [] }, hooks: 'installed' }),
        host('bb', { capabilities: later, detected: { inside: false, session_id: null, folders: ['/p/.b'] } }),
        host('a', { plugin: '@else/a', type: 'user', refusal: 'it is broken', capabilities: null }),
      ],
      TERMINAL,
    )
    expect(text.split('\n')).toEqual([
      'HOST  HERE           HOOKS      CAN                                   PLUGIN',
      'a     you are in it  installed  warn before an edit, deny, subagents  @acme/host-a 1.0.0 (core)',
      'bb    set up         not known  warn after an edit                    @acme/host-bb 1.0.0 (core)',
      'refused  @else/a 1.0.0 for a: it is broken',
    ])
  })

  it('tells below the table what probes on this machine found', () => {
    const probe = { version: '2.1', probed_at: 86_400, heard: ['session-start'], lost: ['before-edit'] } as const
    const none = { ...probe, version: null, heard: [], lost: [] }
    const probes = [
      { ...probe, heard: [...probe.heard], lost: [...probe.lost] },
      { ...none, heard: [], lost: [] },
    ]
    const lines = toText(
      probes.map((one, index) => host(`h${index}`, { probe: one })),
      TERMINAL,
    ).split('\n')
    expect(lines.slice(-2)).toEqual([
      'probed   h0 2.1 on 1970-01-02: texts reach its model at session-start; not at before-edit',
      'probed   h1 (version unknown) on 1970-01-02: no text reached its model',
    ])
  })

  it('says so when there is none', () => {
    expect(toText([], TERMINAL)).toBe('no host plugin is installed')
  })
})
