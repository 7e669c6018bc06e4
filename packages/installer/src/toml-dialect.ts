import type { Dialect } from './document.js'
import { editToml } from './toml-edit.js'
import { contentAt, readToml } from './toml-source.js'

export const tomlDialect: Dialect = {
  read(text) {
    const source = readToml(text)
    return {
      text,
      value: source.value,
      comments: source.program.comments.map(({ range }) => ({ start: range[0], end: range[1] })),
      placeOf(path) {
        const start = contentAt(source, path)?.loc.start
        return start && { line: start.line, column: start.column + 1 }
      },
      edit: (operation) => editToml(source, operation),
    }
  },
}
