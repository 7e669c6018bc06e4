import { isRallyError } from '@rally/core/errors'
import { type Check, ok, problem } from '../check.js'

const fixOf = (place: string | null): string => `correct ${place ?? 'it'}; rally help configuration lists every key`

/** The configuration files. */
export const configurationCheck: Check = {
  code: 'configuration',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    try {
      await rally.configuration.read(channel?.worktree ?? channel?.repoRoot ?? undefined)
      const ignored = rally.configuration.ignored?.() ?? []
      if (ignored.length === 0) return [ok('configuration', 'valid')]
      return ignored.map(({ path, key }) =>
        problem('configuration', 'warning', {
          message: `"${key}" is no key that this version knows; it is passed over`,
          place: path,
          fix: `take it out if it is mistyped, or update rally; ${fixOf(path)}`,
        }),
      )
    } catch (error) {
      if (!isRallyError(error)) throw error
      const place = typeof error.details.path === 'string' ? error.details.path : null
      return [problem('configuration', 'error', { message: error.message, place, fix: fixOf(place) })]
    }
  },
}
