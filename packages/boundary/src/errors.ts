import type { ErrorCatalogue } from '@rally/core/errors'

/** What this plugin's command can fail with beside rally's own codes. */
export const CATALOGUE = {
  BOUNDARY_VIOLATED: {
    exit: 1,
    message: ({ count }) => `the plugin boundary is broken: ${String(count)} finding(s)`,
    hint: () => 'each finding names the file to change',
  },
} as const satisfies ErrorCatalogue
