import type { Tool } from './tool.js'
import { answer } from './tools/answer.js'
import { claim } from './tools/claim.js'
import { handoff } from './tools/handoff.js'
import { messages } from './tools/messages.js'
import { progress } from './tools/progress.js'
import { room } from './tools/room.js'
import { tell } from './tools/tell.js'

/**
 * Every tool. What `tools/list` says of them stays in the conversation of every agent, so that the whole is kept below 2,600
 * bytes: few words, no text that says what a name says already.
 */
export const TOOLS: readonly Tool[] = [room, messages, tell, handoff, answer, claim, progress]
