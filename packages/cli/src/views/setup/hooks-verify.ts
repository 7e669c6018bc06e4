import type { RallyError } from '@rally/core/errors'
import type { HooksVerifyOutput } from '@rally/core/model/outputs/hooks-verify'
import type { VerifiedHook } from '@rally/installer'
import { cliError } from '../../errors.js'
import { type RepositorySetting, sayRepositorySetting } from '../../installing/repository-says.js'
import type { Style, Terminal } from '../../terminal.js'
import { plural } from '../text/lines.js'

type HookJson = HooksVerifyOutput['hooks'][number]

const PAINT: Record<HookJson['verdict'], keyof Style> = {
  fired: 'green',
  silent: 'red',
  failed: 'red',
  off: 'yellow',
  shadowed: 'yellow',
  untrusted: 'yellow',
  double: 'yellow',
  unverified: 'dim',
}

export function toJson(
  hooks: readonly VerifiedHook[],
  repoRoot: string,
  repository: readonly RepositorySetting[],
): HooksVerifyOutput {
  return {
    repo_root: repoRoot,
    repository: repository.map((one) => ({ ...one })),
    hooks: hooks.map((hook) => ({ ...hook })),
  }
}

/** Undefined where every hook does its work, as far as that can be told. */
export function toError({ hooks }: HooksVerifyOutput, example: string | undefined): RallyError | undefined {
  if (hooks.length === 0) return cliError('HOOKS_ABSENT', { example })
  const wrong = hooks.filter(({ verdict }) => verdict !== 'fired' && verdict !== 'unverified')
  return wrong.length > 0 ? cliError('HOOKS_SILENT', { count: wrong.length, of: hooks.length }) : undefined
}

/** What does not work and what to do about it, then a sum; with `all` one line per installed hook. */
export function toText(
  { hooks: verified, repository }: HooksVerifyOutput,
  { style, all }: Terminal & { readonly all: boolean },
): string {
  const hooks = all ? verified : verified.filter(({ verdict }) => verdict !== 'fired')
  const host = Math.max(0, ...hooks.map((hook) => hook.host.length))
  const event = Math.max(0, ...hooks.map((hook) => hook.event.length))
  const lines = hooks.flatMap((hook, index) => {
    const head = `${hook.host.padEnd(host)}  ${hook.event.padEnd(event)}  ${hook.scope.padEnd(7)}  `
    const time = hook.ms === null ? '' : ` (${hook.ms} ms)`
    const line = `${head}${style[PAINT[hook.verdict]]((hook.verdict === 'shadowed' ? 'ignored' : hook.verdict).padEnd(10))}  ${hook.reason}${time}`
    // What helps several in a row is said once, below the last of them.
    const said = hooks[index + 1]?.remedy === hook.remedy && hooks[index + 1]?.host === hook.host
    return hook.remedy === null || said ? [line] : [line, `  try: ${hook.remedy}`]
  })
  const said = repository.map((one) => `note  ${sayRepositorySetting(one)}`)
  return [...lines, ...said, sum(verified)].join('\n')
}

function sum(hooks: HooksVerifyOutput['hooks']): string {
  const fired = hooks.filter(({ verdict }) => verdict === 'fired').length
  const hosts = [...new Set(hooks.map(({ host }) => host))].join(', ')
  if (hooks.length === 0) return 'no hook is installed'
  return `${fired} of ${plural(hooks.length, 'hook')} ${fired === 1 ? 'works' : 'work'} (${hosts})`
}
