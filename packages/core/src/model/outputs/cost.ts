import { z } from 'zod'
import { outputOf } from './envelope.js'

const count = z.number().int()

const told = {
  /** Texts that agents were told. */
  tellings: count,
  characters: count,
  /** Characters divided by four: an estimate. */
  tokens: count,
}
const called = {
  /** Runs of `rally-hook` that left a line in the hook journal. */
  calls: count,
  /** Of all of them together. */
  ms: z.number(),
}

const keys = z.object({
  app_slug: z.string(),
  /** Epoch seconds. */
  since: z.number(),
  /** Hook calls of every room of this machine, as long as the journal keeps them. */
  hosts: z.array(z.object({ host: z.string(), ...called, said: count, denied: count })),
  /** Sessions of this room, the dearest first. */
  sessions: z.array(z.object({ session_id: z.string(), name: z.string(), tool: z.string(), ...called, ...told })),
  total: z.object({ ...called, ...told }),
  /** Edits that were announced in this room; most of them are answered by the gate, which leaves no line in the journal. */
  edits: z.object({
    announced: count,
    /** Of those that are no call, as far as can be told. */ gate: count,
    /** Estimated. */ gate_ms: count,
  }),
})
export type CostOutput = z.infer<typeof keys>

/** `rally cost --json`. */
export const outputSchema = outputOf('cost', keys)
