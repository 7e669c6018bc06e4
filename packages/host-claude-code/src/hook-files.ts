import type {
  HookConfigFile,
  HookEntry,
  HookOffSwitch,
  HookRunner,
  HookSample,
  HostApi,
  HostTextFile,
} from '@rally/core/ports/host'

/** Seconds. A hook answers in a fraction of one; this is for a machine on its knees. */
const TIMEOUT = 5

/**
 * Events that rally wants to hear, with the matcher where one narrows them. There is no PostToolUse: text before an edit
 * reaches the model here, so an edit costs one process.
 */
const EVENTS: ReadonlyArray<readonly [event: string, matcher?: string]> = [
  ['SessionStart'],
  ['UserPromptSubmit'],
  ['PreToolUse', 'Edit|Write|NotebookEdit'],
  ['Stop'],
  ['SubagentStart'],
  ['SubagentStop'],
  ['SessionEnd'],
]

/**
 * The settings files that hold hooks. Strict JSON: one comment and Claude Code ignores the whole file.
 * The same command in both scopes runs once, since identical commands are joined.
 */
export function hookFiles(api: HostApi, id: string): readonly HookConfigFile[] {
  const entries = EVENTS.map(([event, matcher]): HookEntry => {
    const command = { type: 'command', command: api.hookCommand(id, event), timeout: TIMEOUT }
    return {
      at: ['hooks', event],
      event,
      value: { ...(matcher === undefined ? {} : { matcher }), hooks: [command] },
    }
  })
  const shared = { dialect: 'json', empty: '{}\n', refuseComments: true, entries, restart: [] } as const
  return [
    {
      ...shared,
      scope: 'project',
      path: '.claude/settings.json',
      trustSteps: ['Start claude in this folder once and accept its question whether you trust the files here.'],
    },
    {
      ...shared,
      scope: 'user',
      path: '.claude/settings.json',
      homeVariable: 'CLAUDE_CONFIG_DIR',
      trustSteps: [],
    },
  ]
}

/** `/bin/sh -c` even where SHELL is another; identical commands are joined, also across scopes. */
export const RUNNER: HookRunner = {
  shell: ['/bin/sh', '-c'],
  stdin: 'pipe',
  userCwd: 'session',
  env: { CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: '{session}', CLAUDE_PROJECT_DIR: '{cwd}' },
  duplicates: 'once',
}

const OFF = { dialect: 'json', at: ['disableAllHooks'], off: true } as const

export const OFF_SWITCHES: readonly HookOffSwitch[] = [
  { ...OFF, scope: 'user', path: '.claude/settings.json', homeVariable: 'CLAUDE_CONFIG_DIR' },
  { ...OFF, scope: 'project', path: '.claude/settings.json' },
  { ...OFF, scope: 'project', path: '.claude/settings.local.json' },
]

/** Recorded from Claude Code 2.1.330. */
export const SAMPLES: readonly HookSample[] = [
  { event: 'SessionStart', file: 'fixtures/SessionStart.json' },
  { event: 'UserPromptSubmit', file: 'fixtures/UserPromptSubmit.json' },
  { event: 'PreToolUse', file: 'fixtures/PreToolUse.Edit.json' },
  { event: 'Stop', file: 'fixtures/Stop.json' },
  { event: 'SubagentStart', file: 'fixtures/SubagentStart.json' },
  { event: 'SubagentStop', file: 'fixtures/SubagentStop.json' },
  { event: 'SessionEnd', file: 'fixtures/SessionEnd.json' },
]

/** A skill is a slash command too: `/agent-rally-point`. */
export const TEXT_FILES: readonly HostTextFile[] = (['project', 'user'] as const).map((scope) => ({
  scope,
  path: '.claude/skills/agent-rally-point/SKILL.md',
  ...(scope === 'user' ? { homeVariable: 'CLAUDE_CONFIG_DIR' } : {}),
  template: 'skills/agent-rally-point/SKILL.md',
}))
