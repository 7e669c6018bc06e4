import type { PictureQuestion } from '@rally/core/model/room-picture'
import { useState } from 'preact/hooks'
import { write } from './ask.js'
import { age } from './words.js'

/** What waits for somebody; the person may answer each where it stands. */
export function Questions({
  questions,
  now,
}: {
  readonly questions: readonly PictureQuestion[]
  readonly now: number
}) {
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly said: string }>()
  return (
    <>
      {questions.length > 0 && (
        <ul class="questions" aria-label="What waits for somebody">
          {questions.map((question) => (
            <Question key={question.id} question={question} now={now} setSaid={setSaid} />
          ))}
        </ul>
      )}
      <output class={said?.ok === false ? 'answered refusal' : 'answered'}>{said?.said}</output>
    </>
  )
}

function Question({
  question,
  now,
  setSaid,
}: {
  readonly question: PictureQuestion
  readonly now: number
  readonly setSaid: (said: { readonly ok: boolean; readonly said: string }) => void
}) {
  const { id, kind, from, to, text, since, number } = question
  const [words, setWords] = useState('')
  const [busy, setBusy] = useState(false)
  const name = `${kind} ${number === null ? '' : `#${number}`} of ${from}`
  const answer = async (path: 'reply' | 'settle', more: object = {}) => {
    if (busy) return
    setBusy(true)
    const what = { id: number === null ? id : String(number), ...(words.trim() === '' ? {} : { text: words }) }
    const done = await write(path, { ...what, ...more })
    setBusy(false)
    setSaid(done)
    if (done.ok) setWords('')
  }
  const verdicts = verdictsFor(question)
  return (
    <li>
      <p>
        <span class="kind">{kind}</span> {number !== null && `#${number} `}
        <bdi>{from}</bdi> to <bdi>{to}</bdi>: <q>{text}</q> <span class="age">{age(since, now)}</span>
      </p>
      <form
        aria-label={`Answer the ${name}`}
        onSubmit={(event) => {
          event.preventDefault()
          if (verdicts.length === 0) void answer('reply')
        }}
      >
        <input
          aria-label={`Answer to the ${name}`}
          placeholder={verdicts.length === 0 ? 'Your answer' : 'A word with it, if you like'}
          required={verdicts.length === 0}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        {verdicts.length === 0 && (
          <button type="submit" disabled={busy}>
            {kind === 'escalation' ? 'Decide' : 'Answer'}
          </button>
        )}
        {verdicts.map(({ verdict, label }) => (
          <button
            key={verdict}
            type="button"
            disabled={busy}
            aria-label={`${label} the ${name}`}
            onClick={() => void answer('settle', { verdict })}
          >
            {label}
          </button>
        ))}
      </form>
    </li>
  )
}

/** A handoff that was accepted can be done; one that was not can be accepted. The command that answers it says which. */
function verdictsFor({ kind, answer_with }: PictureQuestion): { readonly verdict: string; readonly label: string }[] {
  if (kind !== 'handoff') return []
  const decline = { verdict: 'decline', label: 'Decline' }
  return answer_with.startsWith('rally handoff done')
    ? [{ verdict: 'done', label: 'Done' }, decline]
    : [{ verdict: 'accept', label: 'Accept' }, decline]
}
