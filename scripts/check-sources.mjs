// What must hold of the text of the sources: no long file, nothing twice in two packages, a doc
// comment at every public export, no word that was given up.
import { undocumented } from './doc-comments.mjs'
import { productFiles } from './product-code.mjs'
import { sharedLines } from './shared-lines.mjs'
import { givenUpWords } from './words.mjs'

const LONGEST = 300
/** One module on purpose: every module more is a look-up and a read in front of each hook. */
const MAY_BE_LONGER = ['packages/cli/bin/rally-hook.cjs']

/** Sentences about what is wrong; looked at nothing is wrong, too. */
export function sourceFaults(files = productFiles()) {
  const long = files
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > LONGEST && !MAY_BE_LONGER.includes(path))
  const { count, bare } = undocumented()
  return [
    ...(files.length > 100 && count > 100 ? [] : ['nothing was looked at']),
    ...long.map(({ path, lines }) => `${path} has ${lines} lines, more than ${LONGEST}`),
    ...sharedLines(files).map(({ lines, a, b }) => `${a} and ${b} share ${lines} lines`),
    ...givenUpWords().map(
      ({ path, line, word, instead }) => `${path}:${line}: "${word}" was given up for "${instead}"`,
    ),
    ...bare.map(({ name, path, line }) => `${path}:${line}: ${name} is public and has no doc comment`),
  ]
}
