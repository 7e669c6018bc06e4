import type { HostConsent } from '@rally/core/ports/host'

/** What a rule allows runs outside of the sandbox (0.169.0), so each names one command. The user's file alone: rules of a project count for everybody. */
export const CONSENTS: readonly HostConsent[] = [
  {
    installs: ['project', 'user', 'local'],
    scope: 'user',
    path: '.codex/rules/rally.rules',
    homeVariable: 'CODEX_HOME',
    dialect: 'toml',
    empty:
      '# Single commands of rally that agents may run outside of the sandbox. Made by: rally hooks install --allow\n',
    each: 'prefix_rule(pattern = ["rally", "{command}"], decision = "allow")',
    without: 'The sandbox of Codex keeps its agents from writing to the room',
  },
]
