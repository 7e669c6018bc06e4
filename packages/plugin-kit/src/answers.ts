import type { JsonObject } from '@rally/core/readers'

/** How the host wants to be answered. */
export interface Answers {
  /** What the host takes for "nothing"; without it nothing at all. */
  readonly empty?: string
  /** The object that hands `text` to the model; `plain` where what a hook prints is the text. */
  readonly context: 'plain' | ((text: string, event: string) => JsonObject)
  /** The object that refuses an edit; not needed with `refusesByExit`, nor where no edit can be refused. */
  readonly deny?: (reason: string, event: string) => JsonObject
  /** The object at the end of a turn by which it goes on with a text; without it a turn that ends has ended. */
  readonly goOn?: (text: string) => JsonObject
  /** The two objects can stand in one answer; else the reason holds the text as well. */
  readonly together?: boolean
  /** The exit code that refuses an edit, with the reason on stderr, where the host knows no other way. */
  readonly refusesByExit?: number
  /** Events that drop a text although others of their moment do not. */
  readonly silent?: readonly string[]
}

/** The form that several hosts share: `hookEventName` must be there and equal the event, else the output is dropped. */
export const HOOK_SPECIFIC_OUTPUT = {
  context: (additionalContext, hookEventName) => ({ hookSpecificOutput: { hookEventName, additionalContext } }),
  deny: (permissionDecisionReason, hookEventName) => ({
    hookSpecificOutput: { hookEventName, permissionDecision: 'deny', permissionDecisionReason },
  }),
} as const satisfies Answers
