import * as Args from '@oclif/core/args'

/** What the commands that act on a handoff take. */
export const settlingArgs = {
  id: Args.string({ ignoreStdin: true, description: 'Number or id of the handoff, as texts show it.', required: true }),
  text: Args.string({ ignoreStdin: true, description: 'What to say to whoever handed over.' }),
}
