import { readGuardState } from '../../installing/guard-state.js'
import { type Check, ok, problem } from '../check.js'

/** Whether rally guard is asked before a commit, where somebody wanted that. */
export const guardCheck: Check = {
  code: 'guard',
  async run({ rally, flags }) {
    const found = await readGuardState(rally.env, flags.workdir).catch(() => undefined)
    if (found === undefined) return []
    const { state, path, note } = found
    if (state === 'installed') return [ok('guard', 'rally guard is asked before every commit', path)]
    if (state === 'absent') return [ok('guard', 'no commit asks rally guard (rally guard install)')]
    const [message = '', fix] = (note ?? '').split(/: (?=chmod|rally)/)
    const said = `rally guard is in the pre-commit hook, and ${message}`
    if (state === 'shadowed')
      return [problem('guard-shadowed', 'warning', { message: said, place: path, fix: fix ?? '' })]
    // Half of its lines is nothing that can be taken out by itself.
    const hint = `take the lines of rally guard out of ${path}, then: rally guard install`
    return [problem('guard-unknown', 'warning', { message: note ?? '', place: path, fix: hint })]
  },
}
