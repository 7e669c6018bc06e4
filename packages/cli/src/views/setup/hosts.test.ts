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

  it('says so when there is none', () => {
    expect(toText([], TERMINAL)).toBe('no host plugin is installed')
  })
})
