import { type JsonObject, obj, text } from '../../readers.js'
import { isPerson, personName } from '../roster/person.js'
import { shownId } from '../roster/shown-names.js'

/** The session that wrote a record, as far as the record says; undefined in records of programs without sessions. */
export function authorOf(row: JsonObject): string | undefined {
  const { session_id, from_session_id } = obj(row.payload)
  return text(session_id) ?? text(from_session_id)
}

/**
 * Records with the names of their authors (`name`), so that texts need not call everybody by the tool. `names` are by session id.
 * A record whose author has no name stays as it is, unless its tool says nothing either.
 */
export function withAuthors<Row extends JsonObject>(
  rows: readonly Row[],
  names: ReadonlyMap<string, string>,
): (Row & { readonly name?: string })[] {
  return rows.map((row) => {
    const id = authorOf(row)
    const name = id === undefined ? undefined : (names.get(id) ?? nameOf(row, id))
    return name === undefined ? row : { ...row, name }
  })
}

function nameOf({ tool }: JsonObject, id: string): string | undefined {
  if (isPerson({ tool })) return personName(id)
  return tool === undefined || tool === 'unknown' ? shownId(id) : undefined
}
