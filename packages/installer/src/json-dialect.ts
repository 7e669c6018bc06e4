import type { Dialect } from './document.js'
import { foldJson } from './fold-json.js'
import { editJson, placeInJson } from './json-edit.js'
import { type JsonOptions, readJson } from './json-source.js'

/** JSON, strict or with comments. */
export function jsonDialect(options: JsonOptions): Dialect {
  return {
    fold(text) {
      // What cannot be read is refused as a whole.
      readJson(text, options)
      return foldJson(text, 'rally')
    },
    read(text) {
      const source = readJson(text, options)
      return {
        text,
        value: source.value,
        comments: source.comments,
        placeOf: (path) => placeInJson(source, path),
        edit: (operation) => editJson(source, operation),
      }
    },
  }
}
