import type { Dialect } from './document.js'
import { editToml } from './toml-edit.js'
import { readToml } from './toml-source.js'

export const tomlDialect: Dialect = {
  read(text) {
    const source = readToml(text)
    return {
      text,
      value: source.value,
      comments: source.program.comments.map(({ range }) => ({ start: range[0], end: range[1] })),
      edit: (operation) => editToml(source, operation),
    }
  },
}
