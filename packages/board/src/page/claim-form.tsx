import { useState } from 'preact/hooks'
import { write } from './ask.js'

/** Claims files for the person, and gives them back. */
export function ClaimForm() {
  const [files, setFiles] = useState('')
  const [why, setWhy] = useState('')
  const [length, setLength] = useState('2h')
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly said: string }>()
  const named = files.split(/[\s,]+/).filter((one) => one !== '')
  const send = async (path: 'claim' | 'release') => {
    const answer = await write(path, path === 'claim' ? { files: named, why, length } : { files: named })
    setSaid(answer)
    if (answer.ok) setFiles('')
  }
  return (
    <form
      class="form row"
      aria-label="Claim files"
      onSubmit={(event) => {
        event.preventDefault()
        void send('claim')
      }}
    >
      <label>
        Claim files for yourself
        <input
          required
          value={files}
          placeholder="src/cart/ docs/*.md"
          onInput={(event) => setFiles(event.currentTarget.value)}
        />
      </label>
      <label>
        Why
        <input value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
      </label>
      <label class="short">
        For
        <input value={length} onInput={(event) => setLength(event.currentTarget.value)} />
      </label>
      <button type="submit">Claim</button>
      <button type="button" class="quiet" onClick={() => void send('release')}>
        {named.length === 0 ? 'Release all of yours' : 'Release'}
      </button>
      <output class={said?.ok === false ? 'refusal' : ''}>{said?.said}</output>
    </form>
  )
}
