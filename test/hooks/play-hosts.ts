import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { HookMachine } from './hook-machine.js'

const HOOK = join(import.meta.dirname, '../../packages/cli/bin/rally-hook.cjs')

/** Fires hooks as the hosts do, and asks as a person, or as an agent by its id. */
export function playHosts(machine: HookMachine) {
  const fire = (host: string, event: string, payload: object, env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, [HOOK, host, event], {
      cwd: machine.repo,
      env: { ...machine.env, ...env },
      input: JSON.stringify({ cwd: machine.repo, hook_event_name: event, transcript_path: 't', ...payload }),
      encoding: 'utf8',
    }).stdout
  const claude = (id: string, event: string, more: object = {}) =>
    fire('claude_code', event, { session_id: id, ...more }, { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: id })
  const codex = (id: string, event: string, more: object = {}) =>
    fire('codex', event, { session_id: id, turn_id: '1', model: 'm', ...more }, {})
  // A host numbers its calls: the same one twice within a moment is one call that two entries were started for.
  let calls = 0
  const patch = (path: string) => `*** Begin Patch\n*** Update File: ${path}\n@@\n-a\n+b\n*** End Patch`
  return {
    claude,
    codex,
    edit: (id: string, path: string, more: object = {}) =>
      claude(id, 'PreToolUse', {
        ...{ tool_name: 'Edit', tool_use_id: `toolu_${++calls}` },
        tool_input: { file_path: join(machine.repo, path), old_string: 'a', new_string: 'b' },
        ...more,
      }),
    patch: (id: string, path: string) =>
      codex(id, 'PreToolUse', { tool_name: 'apply_patch', tool_input: { command: patch(path) } }),
  }
}
