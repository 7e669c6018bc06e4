import { useEffect, useRef, useState } from 'preact/hooks'
import type { BoardMessage } from '../stream/room-news.js'
import { write } from './ask.js'

/** A message of the person: to an agent, a tool or everybody, or in answer to another. */
export function Compose({
  names,
  to,
  replying,
  done,
}: {
  readonly names: readonly string[]
  readonly to: string | undefined
  readonly replying: BoardMessage | undefined
  readonly done: () => void
}) {
  const [target, setTarget] = useState(to ?? names[0] ?? 'all')
  const [text, setText] = useState('')
  const [asks, setAsks] = useState(false)
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly said: string }>()
  const [busy, setBusy] = useState(false)
  const words = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (to !== undefined) setTarget(to)
    if (replying !== undefined || to !== undefined) words.current?.focus()
  }, [replying, to])
  const send = async () => {
    if (busy || text.trim() === '') return
    setBusy(true)
    const answer =
      replying === undefined
        ? await write('tell', { to: target, text, asks })
        : await write('reply', { id: String(replying.number), text })
    setBusy(false)
    setSaid(answer)
    if (!answer.ok) return
    setText('')
    if (replying !== undefined) done()
  }
  const targets = [...new Set([...names, 'all', ...(to === undefined ? [] : [to])])]
  return (
    <form
      class="form"
      aria-label="Write a message"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      {replying === undefined ? (
        <label>
          To
          <select value={target} onChange={(event) => setTarget(event.currentTarget.value)}>
            {targets.map((name) => (
              <option key={name} value={name}>
                {name === 'all' ? 'everybody' : name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p class="replying">
          In answer to #{replying.number} of <bdi>{replying.from_name}</bdi>
          <button type="button" class="quiet" onClick={done}>
            Not an answer
          </button>
        </p>
      )}
      <label>
        Message
        <textarea
          ref={words}
          rows={2}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send()
          }}
        />
      </label>
      <div class="send">
        {replying === undefined && (
          <label class="check">
            <input type="checkbox" checked={asks} onChange={(event) => setAsks(event.currentTarget.checked)} /> ask for
            an answer
          </label>
        )}
        <button type="submit" disabled={busy}>
          {replying === undefined ? 'Send' : 'Reply'}
        </button>
      </div>
      <output class={said?.ok === false ? 'refusal' : ''}>{said?.said}</output>
    </form>
  )
}
