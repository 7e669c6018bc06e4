// Payloads that were recorded from the real hosts, aimed at the scene's repository, session and file, and the lines that
// `rally hooks install` wrote for the hosts.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../ready.mjs'

const HOSTS = {
  claude_code: {
    folder: 'host-claude-code',
    file: '.claude/settings.json',
    edit: ['PreToolUse', 'PreToolUse.Edit'],
    aim: (payload, path, repo) => ({ ...payload, tool_input: { ...payload.tool_input, file_path: join(repo, path) } }),
  },
  codex: {
    folder: 'host-codex',
    file: '.codex/hooks.json',
    edit: ['PreToolUse', 'PreToolUse.apply_patch'],
    aim: (payload, path) => ({
      ...payload,
      tool_input: { command: `*** Begin Patch\n*** Update File: ${path}\n@@\n-old\n+new\n*** End Patch` },
    }),
  },
}

/** Event and payload of a moment: `start`, `prompt` (with its text), `edit` (with a path of the repository), `stop` or `end`. */
export function recorded(host, moment, { repo, sessionId, text = '', path = '' }) {
  const { folder, edit, aim } = HOSTS[host]
  const [event, file] = {
    start: ['SessionStart', 'SessionStart'],
    prompt: ['UserPromptSubmit', 'UserPromptSubmit'],
    edit,
    stop: ['Stop', 'Stop'],
    end: ['SessionEnd', 'SessionEnd'],
  }[moment]
  const stored = JSON.parse(readFileSync(join(root, 'packages', folder, 'fixtures', `${file}.json`), 'utf8'))
  const payload = { ...stored, cwd: repo, session_id: sessionId, ...(moment === 'prompt' ? { prompt: text } : {}) }
  return { event, payload: moment === 'edit' ? aim(payload, path, repo) : payload }
}

/** The command line that a host would run for an event, if one was installed. */
export function installedLine(host, event, repo) {
  const file = join(repo, HOSTS[host].file)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).hooks?.[event]?.[0]?.hooks[0].command : undefined
}
