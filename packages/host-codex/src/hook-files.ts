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

/**
 * What Codex 0.169.0 itself answers for these very entries (`hooks/list` of its app server): SHA-256 of the definition as JSON
 * with sorted keys. A test computes them again, so that a changed entry cannot keep an old hash.
 */
const HASHES = {
  SessionStart: 'sha256:8735fb96d8970586b10bb2412090299f9ef98244ca9d0d264353a1faa4149d06',
  UserPromptSubmit: 'sha256:9fc95880f1330b3ace126b6f48f528092ea57fb71c979ebac4909562863be64e',
  PreToolUse: 'sha256:4c170ede8990b68fadaedd1291d9403c8cd83c5110782eb053d19c949eed21ce',
  Stop: 'sha256:bb351292360bd28c6995e04ca4db00865281dc0fa33a0a0d8e1d20b4e04d0b58',
  Interrupt: 'sha256:65aa0ab57ae206bcc38621b01b1d905569ef1d798f2ed5d66435f295c5cc8c5e',
  SubagentStart: 'sha256:f70e9fc8ef3b4324d765604924e71bd2061f4662917da5e7e8e55a7c60ea9069',
  SubagentStop: 'sha256:9e136656757a2a52d9e15158ea9f25ccf3646b3f335f01de39b7c09c6ba90132',
  SessionEnd: 'sha256:983c4ba1b0968da38cddc8da4982c2db278c8a6b9410892b32860f18ad1411fd',
} as const

/** Kept per entry, by its file, event and position; the hash covers the definition, so that an unchanged command stays trusted. */
const HOOK_TRUST: HookTrustRule = {
  ...CONFIG,
  at: ['hooks', 'state', '{file}:{event_snake}:{group}:{handler}', 'trusted_hash'],
  perEntry: true,
  values: HASHES,
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
