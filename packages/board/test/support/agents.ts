import { join } from 'node:path'
import type { World } from '../../../../test/support/world.js'

type HostWord = 'claude-code' | 'codex'
/** What a host's own payloads have beside: one that does not fit is not taken for that host's. */
const OF_HOST = { 'claude-code': {}, codex: { model: 'm', turn_id: '1' } } as const

/** Agents of one repository, each an id of its host; what they do are events that their real hooks get. */
export class Agents {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  start(host: HostWord, id: string): void {
    this.#hook(host, 'SessionStart', { session_id: id, source: 'startup' })
  }

  prompt(host: HostWord, id: string, prompt: string): string {
    return this.#hook(host, 'UserPromptSubmit', { session_id: id, prompt })
  }

  /** An edit, before and behind; what rally told it. */
  edit(host: HostWord, id: string, file: string): string {
    const common = { session_id: id }
    const own =
      host === 'codex'
        ? { tool_name: 'apply_patch', tool_input: { command: patchOf(file) }, tool_response: 'ok' }
        : { tool_name: 'Edit', tool_input: { file_path: join(this.#world.repo, file) }, tool_response: {} }
    const before = this.#hook(host, 'PreToolUse', { ...common, ...own })
    return before + this.#hook(host, 'PostToolUse', { ...common, ...own })
  }

  end(host: HostWord, id: string): void {
    this.#hook(host, 'SessionEnd', { session_id: id, reason: 'exit' })
  }

  #hook(host: HostWord, event: string, payload: object): string {
    const common = { cwd: this.#world.repo, hook_event_name: event, transcript_path: 't', ...OF_HOST[host] }
    const { status, stdout, stderr } = this.#world.hook(host, event, { ...common, ...payload })
    if (status !== 0 || stderr !== '') throw new Error(stderr)
    return stdout
  }
}

function patchOf(file: string): string {
  return `*** Begin Patch\n*** Update File: ${file}\n@@\n-a\n+b\n*** End Patch`
}
