import type { HooksVerifyOutput } from '@rally/core/model/outputs/hooks-verify'
import type { Style, Terminal } from '../../terminal.js'

type HookJson = HooksVerifyOutput['hooks'][number]

const PAINT: Record<HookJson['verdict'], keyof Style> = {
  fired: 'green',
  silent: 'red',
  failed: 'red',
  shadowed: 'yellow',
  double: 'yellow',
  unverified: 'dim',
}

/** One line per installed hook, and what to do below one that would not do its work. */
export function renderHooksVerify({ hooks }: HooksVerifyOutput, { style }: Terminal): string {
  const host = Math.max(0, ...hooks.map((hook) => hook.host.length))
  const event = Math.max(0, ...hooks.map((hook) => hook.event.length))
  return hooks
    .flatMap((hook, index) => {
      const head = `${hook.host.padEnd(host)}  ${hook.event.padEnd(event)}  ${hook.scope.padEnd(7)}  `
      const time = hook.ms === null ? '' : ` (${hook.ms} ms)`
      const line = `${head}${style[PAINT[hook.verdict]](hook.verdict.padEnd(10))}  ${hook.reason}${time}`
      // What helps several in a row is said once, below the last of them.
      const said = hooks[index + 1]?.remedy === hook.remedy && hooks[index + 1]?.host === hook.host
      return hook.remedy === null || said ? [line] : [line, `${' '.repeat(host + 2)}try: ${hook.remedy}`]
    })
    .join('\n')
}
