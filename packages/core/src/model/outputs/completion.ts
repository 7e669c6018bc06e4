import { z } from 'zod'

/** `rally completion SHELL --json`. */
export const outputSchema = z.looseObject({
  ok: z.literal(true),
  schema: z.literal('rally.completion/1'),
  shell: z.enum(['bash', 'fish', 'zsh']),
  script: z.string(),
})
