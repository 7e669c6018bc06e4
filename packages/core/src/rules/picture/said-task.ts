import { type JsonObject, str } from '../../readers.js'
import { clip } from '../text/clip.js'
import { cleanLine } from '../text/peer-text.js'

/** A task is a line, not a text. */
const TASK_CHARS = 80
/** Words that hooks write where nobody said anything. */
export const NO_TASK: ReadonlySet<string> = new Set(['', 'joined', 'working', 'idle', 'reader', 'rally-point'])

/** What a session said itself that it works on; empty when it said nothing. A record without a task repeats its phase there. */
export function saidTask(presence: Readonly<JsonObject>): string {
  const said = taskLine(str(presence.task))
  return NO_TASK.has(said) || said === taskLine(str(presence.phase)) ? '' : said
}

/** At most 80 characters, cleaned. */
export function taskLine(text: string): string {
  return clip(cleanLine(text), TASK_CHARS, { keep: TASK_CHARS - 1, mark: '…' })
}
