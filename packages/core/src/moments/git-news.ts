import type { GitVerb } from '../model/shell-reading.js'
import { overlapOf, parseFilePattern } from '../rules/files/file-pattern.js'
import { showPath } from './fence.js'
import type { Peer } from './room.js'
import type { NewsLine } from './warned.js'
import { showPeerName, tellPeer } from './warning-text.js'

/** What somebody else has in the working tree that a git command works on: a file in flight, or a pattern that it claimed. */
export interface OthersWork {
  readonly peer: Peer
  /** Relative to the top of the working tree. */
  readonly path: string
  readonly isClaim?: boolean
}

/** What removes or moves a folder with all that is in it, or (`git`) gives it back as it was: `ShellWrite.by` of such a write. */
export type FolderVerb = 'rm' | 'mv' | 'git'

/** A git command, or one that takes a whole folder away, and whose work would go with it. */
export interface TakenAlong {
  readonly verb: GitVerb | FolderVerb
  readonly work: readonly OthersWork[]
}

const COMMANDS: Readonly<Record<GitVerb | FolderVerb, string>> = {
  'add-all': 'git add of everything stages',
  'add-folder': 'git add of a folder stages',
  checkout: 'git checkout changes the tree under',
  clean: 'git clean deletes',
  'commit-all': 'git commit -a commits',
  'commit-folder': 'git commit of a folder commits',
  git: 'this git command changes or removes',
  mv: 'mv moves',
  pull: 'git pull changes the tree under',
  rebase: 'git rebase changes the tree under',
  'reset-hard': 'git reset --hard throws away',
  rm: 'rm removes',
  stash: 'git stash puts away',
  switch: 'git switch changes the tree under',
}

const OWNERS_SHOWN = 3
const FILES_SHOWN = 3

/** What of others' work lies in the scope of a command (files and folders; everything without one). */
export function inScope(work: readonly OthersWork[], scope: readonly string[] | undefined): OthersWork[] {
  if (scope === undefined || scope.includes('')) return [...work]
  return work.filter(({ path, isClaim }) =>
    scope.some((folder) => {
      if (isClaim !== true) return path === folder || path.startsWith(`${folder}/`)
      return [folder, `${folder}/`].some((one) => overlapOf(parseFilePattern(path), parseFilePattern(one)) !== 'none')
    }),
  )
}

/** One line: the command, and who has what. */
export function gitLine({ verb, work }: TakenAlong): NewsLine {
  const owners = new Map<string, OthersWork[]>()
  for (const one of work) owners.set(one.peer.sessionId, [...(owners.get(one.peer.sessionId) ?? []), one])
  const shown = [...owners.values()].slice(0, OWNERS_SHOWN).map((group) => {
    const files = group
      .slice(0, FILES_SHOWN)
      .map(({ path, isClaim }) => `${isClaim ? 'claimed ' : ''}${showPath(path, 80)}`)
    const more = group.length > FILES_SHOWN ? ` and ${group.length - FILES_SHOWN} more` : ''
    return `${group[0] === undefined ? '' : showPeerName(group[0].peer)} (${files.join(', ')}${more})`
  })
  const rest = owners.size > OWNERS_SHOWN ? ` and ${owners.size - OWNERS_SHOWN} more` : ''
  const text =
    `rally: ${COMMANDS[verb]} what others work on in this same working tree: ${shown.join(', ')}${rest}. ` +
    `Name your own files instead, or agree first: ${work[0] === undefined ? 'rally' : tellPeer(work[0].peer)}`
  // The same command, and the same work of the same sessions, is told once.
  const path = [verb, ...new Set(work.map((one) => `${one.peer.sessionId} ${one.path}`))].sort().join('\n')
  return { reason: 'git', text, warned: { kind: 'git', path, peer: verb, since: 0 } }
}
