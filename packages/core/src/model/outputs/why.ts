import { z } from 'zod'
import { pictureReasonSchema } from '../room-picture.js'
import { tellingSchema } from '../telling.js'
import { outputOf } from './envelope.js'

const keys = z.object({
  app_slug: z.string(),
  /** What was asked about; null for the last warning and the state of the room. */
  asked: z.string().nullable(),
  /** Whether one may go on, and why not, as `rally status` says it. */
  verdict: z.object({ status: z.enum(['clear', 'warn', 'blocked']), because: z.array(pictureReasonSchema) }),
  /** What the session was told, the newest last: text, files, peers, their times. */
  tellings: z.array(tellingSchema),
  /** What the codes mean that stand in the verdict and in the tellings. */
  explanations: z.array(z.object({ code: z.string(), means: z.string(), do: z.string() })),
})
export type WhyOutput = z.infer<typeof keys>

/** `rally why --json`. */
export const outputSchema = outputOf('why', keys)
