import { join } from 'node:path'
import type { GitLayout } from '../discovery/git-layout.js'
import { readSmallFile } from '../system/small-file.js'

/** A HEAD or branch as files tell it. `unclear`: only git knows (another storage of branches, a damaged file). */
export type RefState =
  | { readonly kind: 'commit'; readonly sha: string; readonly ref: string | null }
  | { readonly kind: 'unborn'; readonly ref: string }
  | { readonly kind: 'unclear' }

const LINK_BYTES = 4096
const PACKED_BYTES = 64 * 1024 * 1024
const MAX_LINKS = 5
const UNCLEAR: RefState = { kind: 'unclear' }

/** What the working tree is on: the branch that HEAD names and its commit. */
export function readHead(layout: GitLayout): RefState {
  try {
    const head = readSmallFile(join(layout.gitDir, 'HEAD'), LINK_BYTES)
    if (head.kind !== 'text') return UNCLEAR
    const ref = symbolic(head.text)
    if (ref === undefined) return isSha(head.text) ? { kind: 'commit', sha: head.text.trim(), ref: null } : UNCLEAR
    // The place holder of repositories that keep their branches in another form (reftable).
    if (ref === 'refs/heads/.invalid') return UNCLEAR
    const found = readRef(layout.commonDir, ref)
    if (found.kind === 'commit') return { ...found, ref }
    return found.kind === 'unborn' ? { kind: 'unborn', ref } : found
  } catch {
    return UNCLEAR
  }
}

/** The commit of a full branch name (`refs/heads/main`); `unborn` when there is no such branch. */
export function readRef(commonDir: string, ref: string, links = 0): RefState {
  if (!isRefName(ref) || links > MAX_LINKS) return UNCLEAR
  try {
    const loose = readSmallFile(join(commonDir, ref), LINK_BYTES)
    if (loose.kind === 'text') {
      const next = symbolic(loose.text)
      if (next !== undefined) return readRef(commonDir, next, links + 1)
      return isSha(loose.text) ? { kind: 'commit', sha: loose.text.trim(), ref } : UNCLEAR
    }
    const sha = readPacked(commonDir, ref)
    return sha === undefined ? { kind: 'unborn', ref } : { kind: 'commit', sha, ref }
  } catch {
    return UNCLEAR
  }
}

/** `packed-refs`: lines of commit, blank and full name; `^` lines and `#` lines are about their neighbours. */
function readPacked(commonDir: string, ref: string): string | undefined {
  const packed = readSmallFile(join(commonDir, 'packed-refs'), PACKED_BYTES)
  if (packed.kind === 'absent') return undefined
  if (packed.kind === 'unusable') throw new Error('packed-refs cannot be used')
  const { text } = packed
  for (let at = text.indexOf(` ${ref}`); at >= 0; at = text.indexOf(` ${ref}`, at + 1)) {
    const end = text.charAt(at + ref.length + 1)
    const line = text.lastIndexOf('\n', at) + 1
    const sha = text.slice(line, at)
    if ((end === '\n' || end === '\r' || end === '') && isSha(sha)) return sha
  }
  return undefined
}

function symbolic(text: string): string | undefined {
  return text.startsWith('ref:') ? text.slice('ref:'.length).trim() : undefined
}

function isSha(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})\s*$/.test(text)
}

/** A name that stays below the git folder. */
function isRefName(ref: string): boolean {
  return ref.startsWith('refs/') && !ref.split('/').some((part) => part === '' || part.startsWith('.'))
}
