/** Why a session was told something: what the text held, in the order of saying. */
export const TOLD_REASONS = [
  'collision',
  'merge-risk',
  'claim',
  'lost-claim',
  'git',
  'drift',
  'branch',
  'denied',
  'question',
  'answer',
  'shared',
  'greeting',
  'message',
  'waiting',
  'change',
] as const
export type ToldReason = (typeof TOLD_REASONS)[number]
