import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import type { RoomOperations } from '@rally/core/plugin-api/room-operations'
import type { Arguments } from './arguments.js'
import type { CallerSearch } from './caller.js'
import type { ToolDeclaration } from './tool-declaration.js'

export interface Progress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** What a tool has at hand. */
export interface ToolCall {
  readonly api: RallyApi
  readonly room: RoomOperations
  readonly caller: CallerSearch
  readonly args: Arguments
  /** The client has taken the call back, or is gone. */
  readonly signal: AbortSignal
  /** Tells a client that asked for it how a long call goes. */
  progress(progress: Progress): Promise<void>
}

/** A tool as `tools/list` declares it, and what it does. */
export interface Tool extends ToolDeclaration {
  /** What the tool answers; text of others is quoted in it. Throws errors of rally's catalogue. */
  run(call: ToolCall): Promise<string>
}
