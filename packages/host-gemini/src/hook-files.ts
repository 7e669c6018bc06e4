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

/** Milliseconds, unlike in the other hosts. */
const TIMEOUT = 5_000

const EDITS = '^(write_file|replace|invoke_agent)$'

/**
 * Events that rally wants to hear, with the name that marks the entry as rally's and the matcher where one narrows them.
 * Both sides of a tool: the claim comes before the edit, but text given there is lost, so the warning comes after it.
 * Not the model events and PreCompress, which fire for every model call.
 */
const EVENTS: ReadonlyArray<readonly [event: string, name: string, matcher?: string]> = [
  ['SessionStart', 'rally-session-start'],
  ['BeforeAgent', 'rally-before-agent'],
  ['BeforeTool', 'rally-before-tool', EDITS],
  ['AfterTool', 'rally-after-tool', EDITS],
  ['AfterAgent', 'rally-after-agent'],
  ['SessionEnd', 'rally-session-end'],
]

const FILE = { dialect: 'jsonc', path: '.gemini/settings.json' } as const

const FOLDER_TRUST: HookTrustRule = {
  path: '.gemini/trustedFolders.json',
  rootVariable: 'GEMINI_CLI_HOME',
  dialect: 'jsonc',
  at: ['{repo}'],
  accepts: ['TRUST_FOLDER', 'TRUST_PARENT'],
  parents: true,
  waivedBy: {
    ...FILE,
    scope: 'user',
    rootVariable: 'GEMINI_CLI_HOME',
    at: ['security', 'folderTrust', 'enabled'],
    off: false,
  },
  step: 'Trust this folder when gemini asks; it loads no project settings from a folder that is not trusted (headless: set GEMINI_CLI_TRUST_WORKSPACE=true).',
}

/** The settings files that hold hooks: comments are allowed and kept, a trailing comma would stop Gemini CLI from starting. */
export function hookFiles(api: HostApi, id: string): readonly HookConfigFile[] {
  const entries = EVENTS.map(([event, name, matcher]): HookEntry => {
    const command = { type: 'command', name, command: api.hookCommand(id, event), timeout: TIMEOUT }
    return {
      at: ['hooks', event],
      event,
      value: { ...(matcher === undefined ? {} : { matcher }), hooks: [command] },
    }
  })
  const shared = { ...FILE, empty: '{}\n', entries, restart: ['gemini'] } as const
  return [
    { ...shared, scope: 'project', trustSteps: [FOLDER_TRUST.step], trust: [FOLDER_TRUST] },
    { ...shared, scope: 'user', rootVariable: 'GEMINI_CLI_HOME', trustSteps: [] },
  ]
}

/** Commands are joined when name and text are the same, also across scopes. */
export const RUNNER: HookRunner = {
  shell: ['bash', '-c'],
  stdin: 'pipe',
  userCwd: 'session',
  env: {
    GEMINI_SESSION_ID: '{session}',
    GEMINI_PROJECT_DIR: '{cwd}',
    GEMINI_CWD: '{cwd}',
    CLAUDE_PROJECT_DIR: '{cwd}',
  },
  duplicates: 'once',
}

const OFF = { ...FILE, at: ['hooksConfig', 'enabled'], off: false } as const

export const OFF_SWITCHES: readonly HookOffSwitch[] = [
  { ...OFF, scope: 'user', rootVariable: 'GEMINI_CLI_HOME' },
  { ...OFF, scope: 'project' },
]

/** Recorded from Gemini CLI 0.61.0. */
export const SAMPLES: readonly HookSample[] = [
  { event: 'SessionStart', file: 'fixtures/SessionStart.json' },
  { event: 'BeforeAgent', file: 'fixtures/BeforeAgent.json' },
  { event: 'BeforeTool', file: 'fixtures/BeforeTool.replace.json' },
  { event: 'AfterTool', file: 'fixtures/AfterTool.replace.json' },
  { event: 'AfterAgent', file: 'fixtures/AfterAgent.json' },
  { event: 'SessionEnd', file: 'fixtures/SessionEnd.json' },
]

export const TEXT_FILES: readonly HostTextFile[] = (['project', 'user'] as const).map((scope) => ({
  scope,
  path: '.gemini/skills/agent-rally-point/SKILL.md',
  ...(scope === 'user' ? { rootVariable: 'GEMINI_CLI_HOME' } : {}),
  template: 'skills/agent-rally-point/SKILL.md',
}))
