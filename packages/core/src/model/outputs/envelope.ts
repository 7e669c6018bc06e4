import { z } from 'zod'

/** `error` of a failed command; `docs/reference/errors.md` lists the codes. */
export const errorSchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
})

/**
 * What `rally <command> --json` prints: the keys of the command with `ok: true`, or an error with whatever keys the command
 * still knows. Keys may be added within `/1`, never changed.
 */
export function outputOf<Keys extends z.ZodRawShape>(command: string, keys: z.ZodObject<Keys>) {
  const schema = z.literal(`rally.${command}/1`)
  return z.union([
    z.looseObject({ ok: z.literal(true), schema, ...keys.shape }),
    z.looseObject({ ok: z.literal(false), schema, error: errorSchema, ...keys.partial().shape }),
  ])
}
