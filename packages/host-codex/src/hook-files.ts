import type { HookConfigFile, HookEntry, HostApi } from '@rally/core/ports/host'

/** Seconds. A hook answers in a fraction of one; this is for a machine on its knees. */
const TIMEOUT = 5

/** Seconds: Codex clamps these two events to 3 and warns about more at every start. */
const END_TIMEOUT = 3

/**
 * Events that rally wants to hear, with matcher and timeout. `Bash` because a patch may come as a here-document of the shell.
 * There is no PostToolUse: text before an edit reaches the model, so an edit costs one process.
 */
const EVENTS: ReadonlyArray<readonly [event: string, timeout: number, matcher?: string]> = [
  ['SessionStart', TIMEOUT],
  ['UserPromptSubmit', TIMEOUT],
  ['PreToolUse', TIMEOUT, 'apply_patch|Edit|Write|Bash'],
  ['Stop', TIMEOUT],
  ['Interrupt', END_TIMEOUT],
  ['SubagentStart', TIMEOUT],
  ['SubagentStop', TIMEOUT],
  ['SessionEnd', END_TIMEOUT],
]

const TRUST = 'Start codex, type /hooks and trust the rally entries; until then `codex exec` skips them without a word.'

/**
 * The files that hold hooks. Strict JSON: one comment and all hooks of the file are gone. Entries belong at the end of their
 * list, because the position is part of what the user's trust is keyed by. The same command in both scopes runs twice.
 */
export function hookFiles(api: HostApi, id: string): readonly HookConfigFile[] {
  const entries = EVENTS.map(([event, timeout, matcher]): HookEntry => {
    const command = { type: 'command', command: api.hookCommand(id, event), timeout }
    return {
      at: ['hooks', event],
      event,
      value: { ...(matcher === undefined ? {} : { matcher }), hooks: [command] },
    }
  })
  const shared = { dialect: 'json', empty: '{}\n', refuseComments: true, entries, restart: ['codex'] } as const
  return [
    {
      ...shared,
      scope: 'project',
      path: '.codex/hooks.json',
      trustSteps: [
        'Trust the project itself when codex asks (trust_level = "trusted" in its config.toml); it loads no .codex folder of any other.',
        TRUST,
      ],
    },
    { ...shared, scope: 'user', path: '.codex/hooks.json', homeVariable: 'CODEX_HOME', trustSteps: [TRUST] },
  ]
}
