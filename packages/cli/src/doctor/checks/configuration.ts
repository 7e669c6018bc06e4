import { isRallyError } from '@rally/core/errors'
import { type Check, ok, problem } from '../check.js'

const fixOf = (place: string | null): string =>
  `correct ${place ?? 'it'}; docs/reference/configuration.md lists every key`

/** The configuration files. */
export const configurationCheck: Check = {
  code: 'configuration',
  async run({ rally, flags }) {
    const channel = await rally.discovery.resolve(flags.workdir).catch(() => undefined)
    try {
      await rally.configuration.read(channel?.worktree ?? channel?.repoRoot ?? undefined)
      return [ok('configuration', 'valid')]
    } catch (error) {
      if (!isRallyError(error)) throw error
      const place = typeof error.details.path === 'string' ? error.details.path : null
      return [problem('configuration', 'error', { message: error.message, place, fix: fixOf(place) })]
    }
  },
}
