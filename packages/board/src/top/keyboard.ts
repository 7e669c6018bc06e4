import { parseKey } from '@mariozechner/pi-tui/dist/keys.js'
import { StdinBuffer } from '@mariozechner/pi-tui/dist/stdin-buffer.js'

export interface Pressed {
  /** `j`, `up`, `enter`, `ctrl+c`; undefined for what has no name, a letter beyond ASCII or pasted text. */
  readonly key: string | undefined
  /** As it came, a whole sequence. */
  readonly data: string
}

/** How tmux, the Linux console and rxvt send these two; the library knows only how xterm does. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '\u001b[1~': '\u001b[H',
  '\u001b[7~': '\u001b[H',
  '\u001b[4~': '\u001b[F',
  '\u001b[8~': '\u001b[F',
}

/** Tells of every key, whole, however the bytes arrive; pasted text comes in one piece. Answers how to stop. */
export function listenToKeys(input: NodeJS.ReadStream, onKey: (pressed: Pressed) => void): () => void {
  const buffer = new StdinBuffer({ timeout: 30 })
  buffer.on('data', (sent) => {
    const data = SPELLINGS[sent] ?? sent
    onKey({ key: parseKey(data), data })
  })
  buffer.on('paste', (text) => onKey({ key: undefined, data: `\u001b[200~${text}\u001b[201~` }))
  const onData = (data: Buffer | string) => buffer.process(data)
  input.setEncoding('utf8')
  input.on('data', onData)
  input.resume()
  return () => {
    input.off('data', onData)
    input.pause()
    buffer.destroy()
  }
}
