import { PERSON_TOOL } from '../roster/person.js'

/** How far a message got that nobody is known to hear. A person comes to it without being a session that is here or not. */
export function storedWords(box: string): string {
  return box === PERSON_TOOL ? 'stored for a person, not told yet' : 'nobody was there; stored for those who come'
}
