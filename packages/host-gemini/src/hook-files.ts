import type { HookConfigFile, HookEntry, HostApi } from '@rally/core/ports/host'

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
  const shared = {
    dialect: 'jsonc',
    empty: '{}\n',
    entries,
    restart: ['gemini'],
    path: '.gemini/settings.json',
  } as const
  return [
    {
      ...shared,
      scope: 'project',
      trustSteps: [
        'Trust this folder when gemini asks; it loads no project settings from a folder that is not trusted (headless: GEMINI_CLI_TRUST_WORKSPACE=true).',
      ],
    },
    { ...shared, scope: 'user', rootVariable: 'GEMINI_CLI_HOME', trustSteps: [] },
  ]
}
