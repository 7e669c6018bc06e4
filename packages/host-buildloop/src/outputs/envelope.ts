import { z } from 'zod'

/** What `rally buildloop … --json` prints: its keys with `ok: true`, or an error with whatever is still known. */
export function outputOf<Keys extends z.ZodRawShape>(command: string, keys: z.ZodObject<Keys>) {
  const schema = z.literal(`rally.${command}/1`)
  const error = z.looseObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
  })
  return z.union([
    z.looseObject({ ok: z.literal(true), schema, ...keys.shape }),
    z.looseObject({ ok: z.literal(false), schema, error, ...keys.partial().shape }),
  ])
}
