import type { RallyApi } from '@rally/core/plugin-api/rally-api'
import { isObject, type JsonObject, list } from '@rally/core/readers'
import type { ToolDeclaration } from './tool-declaration.js'

const LONGEST_TEXT = 100_000
const MOST_ITEMS = 200

/**
 * The arguments of a call, checked against what the tool declares. Models write numbers as texts and one text where a list is
 * meant: what can only mean one thing is taken. An empty text counts as none. Throws USAGE.
 */
export class Arguments {
  readonly #api: RallyApi
  readonly #tool: ToolDeclaration
  readonly #given: JsonObject

  constructor(api: RallyApi, tool: ToolDeclaration, given: unknown) {
    this.#api = api
    this.#tool = tool
    if (given !== undefined && !isObject(given)) throw this.#wrong('its arguments are no object')
    this.#given = given ?? {}
    const known = Object.keys(tool.inputSchema.properties)
    const strange = Object.keys(this.#given).find((key) => !known.includes(key))
    if (strange !== undefined) throw this.#wrong(`it takes no ${JSON.stringify(strange.slice(0, 40))}`)
    for (const key of tool.inputSchema.required ?? []) if (this.#value(key) === undefined) throw this.missing(key)
  }

  text(key: string): string | undefined {
    const value = this.#value(key)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
    if (typeof value !== 'string') throw this.#wrong(`${key} is no text`)
    if (value.length > LONGEST_TEXT) throw this.#wrong(`${key} is longer than ${LONGEST_TEXT} characters`)
    return value
  }

  /** One of the words that the tool declares for it. */
  word(key: string): string | undefined {
    const value = this.text(key)
    const words = this.#tool.inputSchema.properties[key]?.enum ?? []
    if (value === undefined || words.includes(value)) return value
    throw this.#wrong(`${key} is one of ${words.join(', ')}`)
  }

  flag(key: string): boolean {
    const value = this.#value(key)
    if (value === undefined || value === false || value === 'false') return false
    if (value === true || value === 'true') return true
    throw this.#wrong(`${key} is true or false`)
  }

  number(key: string, { most }: { readonly most: number }): number | undefined {
    const value = this.text(key)
    if (value === undefined) return undefined
    if (/^\d{1,6}$/.test(value.trim()) && Number(value) <= most) return Number(value)
    throw this.#wrong(`${key} is a number up to ${most}`)
  }

  /** A list of texts; a text alone is a list of one, or of several with commas between them. */
  texts(key: string): readonly string[] {
    const value = this.#value(key)
    if (value === undefined) return []
    const items = typeof value === 'string' ? value.split(',') : typeof value === 'number' ? [value] : list(value)
    if (!Array.isArray(value) && typeof value !== 'string' && typeof value !== 'number')
      throw this.#wrong(`${key} is no list`)
    if (items.length > MOST_ITEMS) throw this.#wrong(`${key} has more than ${MOST_ITEMS} items`)
    return items
      .map((item) => {
        if (typeof item === 'string' || typeof item === 'number') return String(item).trim()
        throw this.#wrong(`${key} holds something that is no text`)
      })
      .filter((item) => item !== '')
  }

  missing(key: string): Error {
    return this.#wrong(`it needs ${key}`)
  }

  #value(key: string): unknown {
    const value = Object.hasOwn(this.#given, key) ? this.#given[key] : undefined
    return value === null || value === '' ? undefined : value
  }

  #wrong(what: string): Error {
    const { name, inputSchema } = this.#tool
    const hint = `${name} takes ${Object.keys(inputSchema.properties).join(', ')}`
    return this.#api.error('USAGE', { message: `the call of ${name} is not understood: ${what}`, hint })
  }
}
