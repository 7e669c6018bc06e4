import type {
  HookConfigFile,
  HookEntry,
  HookOffSwitch,
  HookRunner,
  HookSample,
  HookTrustRule,
  HostApi,
  HostTextFile,
} from '@rally/core/ports/host'

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

const CONFIG = { path: '.codex/config.toml', homeVariable: 'CODEX_HOME', dialect: 'toml' } as const

/** Kept per entry, by its file, event and position; the hash covers the definition, so that an unchanged command stays trusted. */
const HOOK_TRUST: HookTrustRule = {
  ...CONFIG,
  at: ['hooks', 'state', '{file}:{event_snake}:{group}:{handler}', 'trusted_hash'],
  perEntry: true,
  step: 'Start codex, type /hooks and trust the rally entries; until then `codex exec` skips them without a word.',
}

const PROJECT_TRUST: HookTrustRule = {
  ...CONFIG,
  at: ['projects', '{repo}', 'trust_level'],
  accepts: ['trusted'],
  step: 'Trust this project when codex asks; it loads no .codex folder of a project that is not trusted.',
}

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
      trustSteps: [PROJECT_TRUST.step, HOOK_TRUST.step],
      trust: [PROJECT_TRUST, HOOK_TRUST],
    },
    {
      ...shared,
      scope: 'user',
      path: '.codex/hooks.json',
      homeVariable: 'CODEX_HOME',
      trustSteps: [HOOK_TRUST.step],
      trust: [HOOK_TRUST],
    },
  ]
}

/** In the user's own shell; nothing of its own in the environment; the same command in both scopes runs twice. */
export const RUNNER: HookRunner = {
  shell: ['$SHELL', '-c'],
  stdin: 'pipe',
  userCwd: 'session',
  env: {},
  duplicates: 'twice',
}

export const OFF_SWITCHES: readonly HookOffSwitch[] = (['hooks', 'codex_hooks'] as const).flatMap((feature) => [
  { ...CONFIG, scope: 'user', at: ['features', feature], off: false },
  { scope: 'project', path: '.codex/config.toml', dialect: 'toml', at: ['features', feature], off: false },
])

/** Recorded from Codex CLI 0.169.0. There is none of Interrupt. */
export const SAMPLES: readonly HookSample[] = [
  { event: 'SessionStart', file: 'fixtures/SessionStart.json' },
  { event: 'UserPromptSubmit', file: 'fixtures/UserPromptSubmit.json' },
  { event: 'PreToolUse', file: 'fixtures/PreToolUse.apply_patch.json' },
  { event: 'Stop', file: 'fixtures/Stop.json' },
  { event: 'SubagentStart', file: 'fixtures/SubagentStart.json' },
  { event: 'SubagentStop', file: 'fixtures/SubagentStop.json' },
  { event: 'SessionEnd', file: 'fixtures/SessionEnd.json' },
]

/** Skills lie in `.agents`, not in `.codex`. */
export const TEXT_FILES: readonly HostTextFile[] = (['project', 'user'] as const).map((scope) => ({
  scope,
  path: '.agents/skills/agent-rally-point/SKILL.md',
  template: 'skills/agent-rally-point/SKILL.md',
}))
