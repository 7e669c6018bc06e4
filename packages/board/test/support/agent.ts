import type { World } from '../../../../test/support/world.js'
import { Agents } from './agents.js'

/** One agent of Claude Code. */
export class Agent {
  readonly #agents: Agents
  readonly #id: string

  constructor(world: World, id: string) {
    this.#agents = new Agents(world)
    this.#id = id
  }

  start(): void {
    this.#agents.start('claude-code', this.#id)
  }

  prompt(prompt: string): string {
    return this.#agents.prompt('claude-code', this.#id, prompt)
  }

  /** Answers what it was told. */
  edit(file: string): string {
    return this.#agents.edit('claude-code', this.#id, file)
  }

  end(): void {
    this.#agents.end('claude-code', this.#id)
  }
}
