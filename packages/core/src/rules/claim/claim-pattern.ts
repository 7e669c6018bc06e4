import { parseFilePattern } from '../files/file-pattern.js'

/** A longer pattern is refused: each costs every reader of the claims. */
const MAX_PATTERN = 512

export type NamedPattern = { readonly pattern: string } | { readonly refusal: string }

/**
 * A file, folder or glob as somebody names it in `workdir`, relative to `worktree` (both absolute). Refused: what leads out of
 * the working tree, its git folder, and what cannot be stored or shown.
 */
export function claimPattern(
  named: string,
  { workdir, worktree }: { workdir: string; worktree: string },
): NamedPattern {
  const text = named.trim()
  if (text === '') return { refusal: 'it is empty' }
  if (text.length > MAX_PATTERN) return { refusal: `it is longer than ${MAX_PATTERN} characters` }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return { refusal: 'it holds control characters' }
  const base = text.startsWith('/') ? '' : `${workdir}/`
  const parts: string[] = []
  for (const part of `${base}${text}`.split('/')) {
    if (part === '..') {
      if (parts.length === 0 || parts.at(-1) === '**') return { refusal: 'it leads out of the working tree' }
      parts.pop()
    } else if (part !== '' && part !== '.') parts.push(part)
  }
  const top = worktree.split('/').filter((part) => part !== '')
  if (!top.every((part, at) => parts[at] === part)) return { refusal: 'it leads out of the working tree' }
  const inside = parts.slice(top.length)
  if (inside[0] === '.git') return { refusal: "git's own folder cannot be claimed" }
  if (inside.length === 0) return { pattern: '**' }
  const isFolder = /(?:^|\/)\.{0,2}$/.test(text)
  return { pattern: parseFilePattern(`${inside.join('/')}${isFolder ? '/' : ''}`).text }
}
