import { useMemo } from 'preact/hooks'
import type { RoomNews } from '../stream/room-news.js'
import { ClaimForm } from './claim-form.js'
import { type FileRow, fileRows } from './file-rows.js'
import type { Room } from './use-room.js'
import { age, hasWords } from './words.js'

const MOST = 200

/** Who edits what, the hottest files first. */
export function FilesView({
  room,
  news,
  search,
}: {
  readonly room: Room
  readonly news: RoomNews
  readonly search: string
}) {
  const { history, version, now } = room
  const rows = useMemo(() => fileRows(history.entries, news.picture), [history, version, news.picture])
  const shown = rows
    .filter(({ path, editors, claimed }) => hasWords(search, path, ...editors.keys(), ...claimed))
    .slice(0, MOST)
  const most = Math.max(1, ...shown.map(({ edits }) => edits))
  return (
    <section class="panel files-view" aria-labelledby="files-title">
      <header class="panel-head">
        <h2 id="files-title">Files</h2>
        <p class="none">Edits that hooks of this machine saw, as far back as the timeline was looked at.</p>
      </header>
      <ClaimForm />
      {shown.length === 0 ? (
        <p class="empty">{search === '' ? 'No edits yet.' : 'No file fits the search.'}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
        <section class="scroll" tabIndex={0} aria-label="Files, the hottest first">
          <table>
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">Edited now by</th>
                <th scope="col">Edits</th>
                <th scope="col">Edited by</th>
                <th scope="col">Claimed by</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <Row key={row.path} row={row} most={most} now={now} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}

function Row({ row, most, now }: { readonly row: FileRow; readonly most: number; readonly now: number }) {
  const { path, edits, editors, inFlight, claimed, collides } = row
  return (
    <tr class={collides ? 'is-troubled' : ''}>
      <th scope="row">
        <bdi class="path">{path}</bdi>
      </th>
      <td>
        {inFlight.map(({ name, last }) => (
          <span key={name} class="chip">
            <bdi>{name}</bdi> <span class="age">{age(last, now)}</span>
          </span>
        ))}
      </td>
      <td class="number">
        {edits}
        <meter min={0} max={most} value={edits} aria-label={`${edits} edits`} />
      </td>
      <td>
        {[...editors].map(([name, last]) => (
          <span key={name} class="plain">
            <bdi>{name}</bdi> <span class="age">{age(last, now)}</span>
          </span>
        ))}
      </td>
      <td>
        <bdi>{claimed.join(', ')}</bdi>
      </td>
    </tr>
  )
}
