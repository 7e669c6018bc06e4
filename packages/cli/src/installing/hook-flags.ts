import * as Flags from '@oclif/core/flags'
import { roomFlags } from '../flags.js'

/** Flags of every command about installed hooks. */
export const hookFlags = {
  ...roomFlags,
  host: Flags.string({
    summary: 'Host that is meant, for example codex; may be given several times.',
    helpValue: 'ID',
    multiple: true,
  }),
}

/** Which of a host's files are meant; project by default. */
export const scopeFlag = {
  scope: Flags.option({
    summary: 'The files of this repository, those in the home folder, or (local) of this repository for you alone.',
    options: ['project', 'user', 'local'] as const,
    default: 'project' as const,
  })(),
}

export const dryRunFlag = {
  'dry-run': Flags.boolean({ char: 'n', summary: 'Say in a few lines what would change, and write nothing.' }),
  diff: Flags.boolean({ summary: 'With --dry-run: the differences themselves.', dependsOn: ['dry-run'] }),
}
