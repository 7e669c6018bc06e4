import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RallyError } from '@rally/core/errors'
import { EXPLAINED_CODES, explain } from '@rally/core/rules/why/explanations'
import { nearestWord } from './nearest-word.js'
import { renderPage, tableRows } from './views/help/page.js'
import { wrapLine } from './views/text/lines.js'

/**
 * What `rally help WORD` says of a word that is no command: a page, the code of a failure, the code of a reason. Throws USAGE for
 * any other, with the nearest of those and of `commands`. `root` is the program's folder.
 */
export function helpTopic(
  root: string,
  word: string,
  { columns, commands = [] }: { readonly columns: number | undefined; readonly commands?: readonly string[] },
): string {
  const folder = join(root, 'dist/help')
  const pages = readdirSync(folder).map((name) => name.slice(0, -'.md'.length))
  const page = pages.find((name) => name === word.toLowerCase())
  if (page !== undefined) return renderPage(readPage(folder, page), columns)
  const errors = tableRows(readPage(folder, 'errors').split('\n'))
  const error = errors.find(([code]) => code === word.toUpperCase().replaceAll('-', '_'))
  if (error !== undefined) return describeError(error, tableRows(readPage(folder, 'exit-codes').split('\n')), columns)
  const reason = explain(word)
  if (reason !== undefined) {
    return [`${reason.code}: ${reason.means}`, `  ${reason.do}`].flatMap((line) => wrapLine(line, columns)).join('\n')
  }
  const nearest = nearestWord(word, [...commands, ...pages, ...EXPLAINED_CODES, ...errors.map(([code = '']) => code)])
  throw new RallyError('USAGE', {
    message: `rally help knows no command, page or code ${JSON.stringify(word.slice(0, 80))}`,
    hint: nearest === undefined ? 'rally --help lists the commands' : `did you mean: rally help ${nearest}`,
  })
}

function readPage(folder: string, name: string): string {
  return readFileSync(join(folder, `${name}.md`), 'utf8')
}

function describeError(
  [code = '', exit = '', says = '', hint = '']: readonly string[],
  exits: readonly (readonly string[])[],
  columns: number | undefined,
): string {
  const meaning = exits.find(([number]) => number === exit)?.[1] ?? ''
  const lines = [code, `says  ${says}`, ...(hint === '' ? [] : [`try   ${hint}`]), `exit  ${exit}: ${meaning}`]
  return lines.flatMap((line) => wrapLine(line, columns)).join('\n')
}
