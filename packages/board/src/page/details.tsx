import { useEffect, useRef } from 'preact/hooks'
import type { KeyedEntry } from '../stream/room-news.js'
import { clock, sentence } from './words.js'

/** What a dialogue shows. */
export interface Detail {
  readonly entry: KeyedEntry
}

/** The record of what was chosen. */
export function Details({ detail, close }: { readonly detail: Detail | undefined; readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (detail === undefined) dialog.current?.close()
    else if (!dialog.current?.open) dialog.current?.showModal()
  }, [detail])
  return (
    <dialog ref={dialog} aria-labelledby="details-title" onClose={close}>
      {detail !== undefined && (
        <>
          <h2 id="details-title">
            {detail.entry.type} {detail.entry.number !== null && `#${detail.entry.number}`}
          </h2>
          <p class="words">
            <bdi>{sentence(detail.entry)}</bdi>
          </p>
          <dl>
            {facts(detail.entry).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
          <button type="button" onClick={close}>
            Close
          </button>
        </>
      )}
    </dialog>
  )
}

function facts(entry: KeyedEntry): [string, string][] {
  const { at, until, kind, by, to, tool, session_id, files, count, id } = entry
  const all: [string, string | null | undefined][] = [
    ['when', clock(at)],
    ['until', until === undefined || until === at ? null : clock(until)],
    ['kind', kind],
    ['by', by],
    ['to', to],
    ['tool', tool],
    ['files', files.join(', ') || null],
    ['times', count === undefined ? null : String(count)],
    ['session', session_id],
    ['id', id],
  ]
  return all.flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, value]]))
}
