import type { HookConfigFile, HookEntry, HookRunner, HookSample, HostApi, HostTextFile } from '@rally/core/ports/host'

/** Seconds. A hook answers in a fraction of one; this is for a machine on its knees. */
const TIMEOUT = 5

/**
 * Events that rally wants to hear, with the matcher (an unanchored regular expression) where one narrows them. One event name
 * that Cursor does not know makes it reject the whole file: only names of its 1.0.32 runtime stand here. There is no
 * postToolUse: text before an edit reaches the model, so an edit costs one process.
 */
const EVENTS: ReadonlyArray<readonly [event: string, matcher?: string]> = [
  ['sessionStart'],
  ['beforeSubmitPrompt'],
  ['preToolUse', '^(Write|Delete|StrReplace|ApplyPatch)$'],
  ['stop'],
  ['subagentStart'],
  ['subagentStop'],
  ['sessionEnd'],
]

/**
 * The files that hold hooks: a flat list per event, no groups. Cursor removes `//…` to the end of the line even inside strings,
 * so no entry may hold one. The same command in both scopes runs once, since Cursor drops identical ones.
 */
export function hookFiles(api: HostApi, id: string): readonly HookConfigFile[] {
  const entries = EVENTS.map(
    ([event, matcher]): HookEntry => ({
      at: ['hooks', event],
      event,
      value: {
        command: api.hookCommand(id, event),
        ...(matcher === undefined ? {} : { matcher }),
        timeout: TIMEOUT,
      },
    }),
  )
  const shared = {
    dialect: 'jsonc',
    path: '.cursor/hooks.json',
    empty: '{\n  "version": 1,\n  "hooks": {}\n}\n',
    entries,
    restart: ['cursor', 'cursor-agent'],
  } as const
  return [
    {
      ...shared,
      scope: 'project',
      trustSteps: [
        'Trust the folder when Cursor asks; a .cursor folder that is reached through a symbolic link is refused.',
      ],
    },
    { ...shared, scope: 'user', trustSteps: [] },
  ]
}

/**
 * The payload is shell text behind the command; hooks of the user's file start in `~/.cursor`. Which shell runs it is the
 * agent's own matter; the command is made for any.
 */
export const RUNNER: HookRunner = {
  shell: ['/bin/sh', '-c'],
  stdin: 'here-document',
  userCwd: 'config',
  env: { CURSOR_PROJECT_DIR: '{cwd}', CURSOR_VERSION: '1.0.32', CLAUDE_PROJECT_DIR: '{cwd}' },
  duplicates: 'once',
}

/** Put together from the field names of the 1.0.32 runtime; not recorded (README.md). */
export const SAMPLES: readonly HookSample[] = [
  { event: 'sessionStart', file: 'fixtures/sessionStart.json' },
  { event: 'beforeSubmitPrompt', file: 'fixtures/beforeSubmitPrompt.json' },
  { event: 'preToolUse', file: 'fixtures/preToolUse.Write.json' },
  { event: 'stop', file: 'fixtures/stop.json' },
  { event: 'subagentStart', file: 'fixtures/subagentStart.json' },
  { event: 'subagentStop', file: 'fixtures/subagentStop.json' },
  { event: 'sessionEnd', file: 'fixtures/sessionEnd.json' },
]

export const TEXT_FILES: readonly HostTextFile[] = (['project', 'user'] as const).map((scope) => ({
  scope,
  path: '.cursor/skills/agent-rally-point/SKILL.md',
  template: 'skills/agent-rally-point/SKILL.md',
}))
