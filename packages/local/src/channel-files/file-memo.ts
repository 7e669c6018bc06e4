import { isSettled, lstatIfThere } from '../system/facts.js'

/** More files than any room has; then all is read anew. */
const MOST = 10_000

/**
 * What was made of files, until they change: for programs that look at a room again and again. One look at the file instead of
 * reading and parsing it.
 */
export class FileMemo<Value> {
  readonly #known = new Map<string, { readonly mark: string; readonly value: Value }>()

  /** `make` reads the file and depends on nothing else. */
  of(path: string, make: () => Value): Value {
    const stats = lstatIfThere(path)
    if (stats === undefined) {
      this.#known.delete(path)
      return make()
    }
    const mark = `${stats.ino} ${stats.size} ${stats.mtimeMs}`
    const known = this.#known.get(path)
    if (known?.mark === mark) return known.value
    const readAt = Date.now()
    const value = make()
    if (this.#known.size >= MOST) this.#known.clear()
    if (isSettled(stats.mtimeMs, readAt)) this.#known.set(path, { mark, value })
    return value
  }
}
