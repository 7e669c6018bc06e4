import type { RoomPicture } from '@rally/core/model/room-picture'
import { cleanLine } from '@rally/core/rules/text/peer-text'
import type { Screen } from './screen.js'

/** Which signs trouble gives outside of the page. */
export interface AlertSettings {
  readonly bell: boolean
  readonly title: boolean
}

/** Rings once for trouble that was not there before, and keeps the room's state in the terminal's title. */
export class Alerts {
  readonly #screen: Pick<Screen, 'bell' | 'title'>
  readonly #settings: AlertSettings
  #known: ReadonlySet<string> | undefined
  #title = ''

  constructor(screen: Pick<Screen, 'bell' | 'title'>, settings: AlertSettings) {
    this.#screen = screen
    this.#settings = settings
  }

  look({ room, verdict }: Pick<RoomPicture, 'room' | 'verdict'>): void {
    const reasons = verdict.because.map(({ code, session, files }) => JSON.stringify([code, session, files]))
    // What was there before anybody looked is read from the page.
    if (this.#settings.bell && this.#known !== undefined && reasons.some((reason) => !this.#known?.has(reason)))
      this.#screen.bell()
    this.#known = new Set(reasons)
    const count = reasons.length === 0 ? '' : ` (${reasons.length})`
    const title = `rally: ${cleanLine(room.app)} ${verdict.status}${count}`
    if (this.#settings.title && title !== this.#title) this.#screen.title(title)
    this.#title = title
  }
}
