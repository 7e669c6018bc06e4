import { makeSurroundings } from '../../installing/make-surroundings.js'
import { findRepoRoot } from '../../installing/repo-root.js'
import { type Check, type Finding, problem } from '../check.js'

/** Hooks that a host would run twice: entries doubled in one file, or installed in both scopes of a host that runs both. */
export const doubleHooksCheck: Check = {
  code: 'hooks-double',
  async run({ rally, flags }) {
    const repoRoot = await findRepoRoot(rally.discovery, flags.workdir).catch(() => undefined)
    const surroundings = makeSurroundings(rally.env, repoRoot)
    const [{ inspectHost }, hosts] = await Promise.all([import('@rally/installer'), rally.hosts.list()])
    return hosts.flatMap(({ adapter, root }): Finding[] => {
      if (!adapter || adapter.configFiles.length === 0) return []
      const { files, notes } = inspectHost({ adapter, root }, { surroundings })
      const doubled = files.filter((file) => file.events.some(({ state }) => state === 'double'))
      return [
        ...doubled.map((file) => {
          const events = file.events.filter(({ state }) => state === 'double').map(({ event }) => event)
          const message = `${adapter.id}: the same hook stands there more than once (${events.join(', ')})`
          return problem('hooks-double', 'warning', {
            message,
            place: file.path,
            fix: `rally hooks install --host ${adapter.id}`,
          })
        }),
        ...notes.map((message) =>
          problem('hooks-double', 'warning', {
            message: `${adapter.id}: ${message}`,
            fix: `rally hooks uninstall --host ${adapter.id} --scope user`,
          }),
        ),
      ]
    })
  },
}
