/**
 * What is rung. A peer's words never go through a doorbell: a host may show them as the person's own. The prompt hook, which fires
 * then, tells the message itself.
 */
export const RING_SENTENCE = 'rally: you have a message; it follows with this prompt.'
