import { hookCommand } from '@rally/core/moments/hook-command'
import { expect, test } from 'vitest'
import { mentionsHook, parseOwnCommand } from './own-command.js'

test.each([
  hookCommand('codex', 'PreToolUse'),
  hookCommand('codex', 'PreToolUse', 2),
  'rally-hook codex PreToolUse',
  'rally hook codex PreToolUse',
  '/usr/local/bin/rally-hook codex PreToolUse',
  '"/Users/a b/bin/rally-hook" codex PreToolUse',
  "'/opt/x/rally' hook codex PreToolUse",
  '$HOME/.npm/bin/rally-hook codex "PreToolUse"',
  '"$HOME/.local/bin/rally-hook" codex PreToolUse 2>/dev/null || true',
  'NODE_EXTRA_CA_CERTS= rally-hook codex PreToolUse',
  'A=1 B="x y" rally-hook codex PreToolUse || exit 0',
  'node /opt/rally/dist/rally-hook.cjs codex PreToolUse',
  'npx -y rally hook codex PreToolUse',
  'exec rally-hook codex PreToolUse',
  'command -v rally-hook >/dev/null 2>&1 && rally-hook codex PreToolUse || exit 0',
  '[ -x /opt/rally-hook ] && /opt/rally-hook codex PreToolUse || true',
  'test -x "/a b/rally-hook" && "/a b/rally-hook" codex PreToolUse',
  'bash -lc "command -v rally >/dev/null && rally hook codex PreToolUse; exit 0"',
  '  rally-hook codex PreToolUse  ',
])('%s is ours', (command) => {
  expect(parseOwnCommand(command)).toEqual({ host: 'codex', event: 'PreToolUse' })
})

test('a dash in a host id is an underscore', () => {
  expect(parseOwnCommand('rally-hook claude-code Stop')).toEqual({ host: 'claude_code', event: 'Stop' })
})

test.each([
  'log.sh && rally-hook codex PreToolUse',
  'rally-hook codex PreToolUse && say done',
  'rally-hook codex PreToolUse | tee /tmp/x',
  'rally-hook codex PreToolUse; rm -rf x',
  'echo "rally-hook codex PreToolUse"',
  'my-rally-hook codex PreToolUse',
  'rally-hooks codex PreToolUse',
  'rally hooks install',
  'rally-hook codex',
  'rally-hook',
  'rally status',
  "sh -c 'rally-hook codex PreToolUse' other",
  "sh -c 'a; rally-hook codex PreToolUse'",
  'rally-hook codex PreToolUse > out.json',
  'rally-hook codex PreToolUse || [ $? -ne 2 ] || exit 3',
  '',
])('%s is not', (command) => {
  expect(parseOwnCommand(command)).toBeUndefined()
})

test('mentions are told from other words', () => {
  expect(mentionsHook('log && rally-hook codex Stop')).toBe(true)
  expect(mentionsHook('/x/rally hook codex Stop | cat')).toBe(true)
  expect(mentionsHook('my-rally-hook codex Stop')).toBe(false)
  expect(mentionsHook('rally status')).toBe(false)
})
