import { z } from 'zod'

const paths = z.array(z.string().min(1))

/**
 * `plugin_boundary.json` (protocol section 10): which files belong to which plugin of a repository and what they must not
 * import. Path entries are repository-relative; docs/reference/plugin-boundary.md has the glob rules.
 */
export const boundaryManifestSchema = z.looseObject({
  schema_version: z.string(),
  intent: z.string().optional(),
  principles: z.array(z.string()).optional(),
  plugins: z.record(
    z.string(),
    z.looseObject({
      purpose: z.string().min(1),
      skill_entrypoints: paths.min(1),
      owns: paths,
      compatibility_entrypoints: paths.optional(),
      build_loop_adapters: paths.optional(),
      docs: paths.optional(),
      grouped_dependencies: paths.optional(),
      tests: paths.optional(),
      stable_interfaces: paths.optional(),
      forbidden_parent_imports: paths.optional(),
    }),
  ),
})
export type BoundaryManifest = z.infer<typeof boundaryManifestSchema>
