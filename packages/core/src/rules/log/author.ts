import { type JsonObject, obj, str, text } from '../../readers.js'
import { personName } from '../roster/person.js'

/** The session that wrote a record, as far as the record says; undefined in records of programs without sessions. */
export function authorOf(row: JsonObject): string | undefined {
  const { session_id, from_session_id } = obj(row.payload)
  return text(session_id) ?? text(from_session_id)
}

/**
 * Records with the names of their authors (`name`), so that texts need not call everybody by the tool. `names` are by session id.
 * A record whose author has no name stays as it is.
 */
export function withAuthors<Row extends JsonObject>(
  rows: readonly Row[],
  names: ReadonlyMap<string, string>,
): (Row & { readonly name?: string })[] {
  return rows.map((row) => {
    const id = authorOf(row)
    const name =
      id === undefined ? undefined : (names.get(id) ?? (row.tool === 'human' ? personName(str(id)) : undefined))
    return name === undefined ? row : { ...row, name }
  })
}
