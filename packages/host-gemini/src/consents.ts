import type { HostConsent } from '@rally/core/ports/host'

/** Policies of the user (0.61.0): a prefix ends at the end of a word. */
export const CONSENTS: readonly HostConsent[] = [
  {
    installs: ['project', 'user', 'local'],
    scope: 'user',
    path: '.gemini/policies/rally.toml',
    rootVariable: 'GEMINI_CLI_HOME',
    dialect: 'toml',
    empty: '# Single commands of rally that agents may run without a question. Made by: rally hooks install --allow\n',
    each: '[[rule]]\ntoolName = "run_shell_command"\ncommandPrefix = "rally {command}"\ndecision = "allow"\npriority = 50\n',
    without: 'Gemini CLI asks before every rally command, and refuses it where nobody can be asked',
  },
]
