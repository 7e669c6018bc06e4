import type { HostConsent } from '@rally/core/ports/host'

const RULES = {
  dialect: 'json',
  at: ['permissions', 'allow'],
  empty: '{}\n',
  // A rule ends at the end of a word: `rally status-post` is another command.
  each: 'Bash(rally {command}:*)',
  accepts: ['Bash', 'Bash(*)', 'Bash(rally:*)', 'Bash(rally *)'],
  without: 'In its default mode Claude Code asks before every rally command, and refuses it where nobody can be asked',
} as const

/** The user's own settings, or those of this repository that are the user's alone. */
export const CONSENTS: readonly HostConsent[] = [
  { ...RULES, installs: ['user'], scope: 'user', path: '.claude/settings.json', homeVariable: 'CLAUDE_CONFIG_DIR' },
  { ...RULES, installs: ['project', 'local'], scope: 'local', path: '.claude/settings.local.json' },
]
