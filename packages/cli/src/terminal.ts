import { isatty } from 'node:tty'

/** What the output goes to. Layout may depend on it, content never. */
export interface Terminal {
  readonly isTty: boolean
  /** Characters per line; undefined in a pipe (do not wrap). */
  readonly columns: number | undefined
  readonly style: Style
}

type Paint = (text: string) => string

export interface Style {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly cyan: Paint
}

const plain: Paint = (text) => text
const paint =
  (open: number, close: number): Paint =>
  (text) =>
    text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`

export const PLAIN_STYLE: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain }

const COLOUR_STYLE: Style = {
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  cyan: paint(36, 39),
}

/** Whether to colour: `NO_COLOR` and `TERM=dumb` win, then `FORCE_COLOR`, then whether it is a terminal. */
export function wantsColour(env: NodeJS.ProcessEnv, isTty: boolean): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false') return true
  return isTty && env.TERM !== 'dumb'
}

/** The terminal behind a file descriptor (1 = stdout). */
export function readTerminal(env: NodeJS.ProcessEnv, fd = 1): Terminal {
  const isTty = isatty(fd)
  const given = Number(env.COLUMNS)
  const columns = isTty ? (fd === 1 ? process.stdout.columns : process.stderr.columns) || 80 : undefined
  return {
    isTty,
    columns: Number.isInteger(given) && given > 0 ? given : columns,
    style: wantsColour(env, isTty) ? COLOUR_STYLE : PLAIN_STYLE,
  }
}
