/** What a text is drawn as. Meaning never hangs on it: every colour has a word or a mark beside it. */
export type Tone = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'
export type Theme = Readonly<Record<Tone, (text: string) => string>>

const CODES: Readonly<Record<Tone, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

/** `NO_COLOR` (not empty) turns all of it off, as in every other command. */
export function themeFor(env: NodeJS.ProcessEnv): Theme {
  const isPlain = env.NO_COLOR !== undefined && env.NO_COLOR !== ''
  const paint = (tone: Tone) => {
    const [open, close] = CODES[tone]
    return (text: string) => (isPlain || text === '' ? text : `\u001b[${open}m${text}\u001b[${close}m`)
  }
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    cyan: paint('cyan'),
  }
}
