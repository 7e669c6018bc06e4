import { fileURLToPath } from 'node:url'
import { hostContract, readFixtures } from '@rally/conformance'
import { createHostApi } from '@rally/core/moments'
import { describe, expect, it } from 'vitest'
import { refuses } from '../test/refuses.js'
import factory from './adapter.js'

const SESSION = '00000000-0000-4000-8000-000000000001'
const folder = fileURLToPath(new URL('..', import.meta.url))

hostContract({ describe, it }, factory, {
  fixtures: readFixtures(
    folder,
    {
      PreInvocation: { name: 'prompt', sessionId: SESSION, cwd: '/home/dev/project' },
      PreToolUse: { name: 'before-edit', paths: ['/home/dev/project/src/shared.txt'] },
      'PreToolUse.write_to_file': { name: 'before-edit', paths: ['/home/dev/project/src/new.txt'] },
      'PreToolUse.run_command': {
        name: 'before-edit',
        shell: {
          ...{ writes: [{ path: 'src/by-shell.txt', tree: false, by: 'redirection' }], git: [] },
          folder: '/home/dev/project',
        },
      },
      'PreToolUse.view_file': null,
      Stop: { name: 'turn-end' },
    },
    (name) => name.split('.', 1)[0] ?? '',
  ),
  refuses,
  environments: { inside: [], outside: [{ ANTIGRAVITY: '1' }, { GEMINI_CLI: '1' }] },
})

describe('Antigravity', () => {
  const adapter = factory(createHostApi())

  it('has named hooks in groups at tools, and bare ones elsewhere, with whole seconds', () => {
    const entries = adapter.configFiles[0]?.entries ?? []
    expect(entries.map(({ at, value }) => [at.join('.'), Object.keys(Object(value)).join(' ')])).toEqual([
      ['hooks.PreInvocation', 'type command timeout'],
      ['hooks.PreToolUse', 'matcher hooks'],
      ['hooks.Stop', 'type command timeout'],
    ])
  })

  it('is no reason to install anything where another program keeps its skills in the same folder', () => {
    for (const { path } of adapter.signs ?? []) expect(['.agents', '.gemini', '.gemini/config']).not.toContain(path)
  })
})
