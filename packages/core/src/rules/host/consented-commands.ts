/**
 * The commands that a host may be told to let its agents run without asking, one rule each. What a host allows it may run outside
 * of its sandbox, so none of them starts a program that somebody could name, or changes how rally or a host is set up.
 */
export const CONSENTED_COMMANDS = [
  ...['ack-inbox', 'ask', 'claim', 'claims', 'escalate', 'handoff', 'handoffs', 'heartbeat', 'inbox', 'log'],
  ...['presence', 'release', 'reply', 'roster', 'sent', 'status', 'tell', 'who', 'why'],
] as const
