import { z } from 'zod'

const finding = z.object({ severity: z.literal('error'), path: z.string(), message: z.string() })

/** `rally boundary`: the report of the check (`ok` speaks of the repository), or with `--list` the files of one plugin. */
export const outputSchema = z.union([
  z.looseObject({
    ok: z.boolean(),
    schema: z.literal('rally.boundary/1'),
    schema_version: z.string(),
    manifest: z.string(),
    plugins: z.array(z.string()),
    skill_entrypoints: z.record(z.string(), z.array(z.unknown())),
    findings: z.array(finding),
    files_checked: z.number().int(),
  }),
  z.looseObject({
    ok: z.literal(true),
    schema: z.literal('rally.boundary/1'),
    plugin: z.string(),
    files: z.array(z.string()),
  }),
])
