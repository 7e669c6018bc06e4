/**
 * Text that somebody else wrote (a peer, a file, a branch name) on its way to a terminal or into a prompt.
 * Data stays as it was stored; it is cleaned where it is shown. The expressions are made when they are needed: making those
 * with Unicode classes costs a hook that has nothing to say more than anything else it does.
 */

/** Terminal escape sequences: CSI, OSC and other strings, two-character escapes, and their one-byte C1 forms. */
const escapes = (): RegExp =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g

/** Control characters other than tab and newline, what Unicode calls ignorable or format, and lone surrogates. */
const invisible = (): RegExp => /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu

/** Printable ASCII and line feeds: nearly all text there is, and nothing to clean in it. */
const PLAIN = /^[ -~\n]*$/

/**
 * The text without escape sequences, control, bidirectional and zero-width characters. Line breaks of every kind become
 * `\n`, tabs a blank.
 */
export function cleanText(value: string): string {
  if (PLAIN.test(value)) return value
  return value
    .replace(escapes(), '')
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(invisible(), '')
    .replace(/\t/g, ' ')
}

/** As `cleanText`, on one line, with runs of white space made one blank. */
export function cleanLine(value: string): string {
  return cleanText(value).replace(/\s+/g, ' ').trim()
}
