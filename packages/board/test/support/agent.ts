import { join } from 'node:path'
import type { World } from '../../../../test/support/world.js'

/** An agent of Claude Code, played by the hook that its host would start. */
export class Agent {
  readonly #world: World
  readonly #id: string

  constructor(world: World, id: string) {
    this.#world = world
    this.#id = id
  }

  start(): void {
    this.#hook('SessionStart', { source: 'startup' })
  }

  prompt(prompt: string): string {
    return this.#hook('UserPromptSubmit', { prompt })
  }

  /** Answers what it was told. */
  edit(file: string): string {
    const input = { file_path: join(this.#world.repo, file), old_string: 'a', new_string: 'b' }
    const call = { tool_name: 'Edit', tool_input: input }
    return this.#hook('PreToolUse', call) + this.#hook('PostToolUse', { ...call, tool_response: {} })
  }

  end(): void {
    this.#hook('SessionEnd', { reason: 'exit' })
  }

  #hook(event: string, more: object): string {
    const common = { session_id: this.#id, transcript_path: 't', cwd: this.#world.repo, hook_event_name: event }
    const { status, stdout, stderr } = this.#world.hook('claude-code', event, { ...common, ...more })
    if (status !== 0 || stderr !== '') throw new Error(`${event}: ${status} ${stderr}`)
    return stdout
  }
}
