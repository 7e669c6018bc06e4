import type { HooksListOutput } from '@rally/core/model/outputs/hooks-list'
import type { Terminal } from '../../terminal.js'
import { shorten } from './hook-changes.js'

const WORDS: Record<HooksListOutput['places'][number]['kind'], string> = {
  hooks: 'hooks',
  text: 'skill',
  trust: 'trust in the hooks',
  mcp: 'the server rally mcp',
  allow: 'commands that agents may run',
  exclude: 'lines that keep files out of git',
}

/** One line for each file, those that are empty of rally by now last in their host. */
export function toText({ places }: HooksListOutput, { style }: Pick<Terminal, 'style'>, home: string): string {
  if (places.length === 0) return 'rally has written to no file of a host on this machine'
  const width = Math.max(...places.map(({ host }) => host.length))
  const lines = places.map(({ host, kind, path, present }) => {
    const line = `${host.padEnd(width)}  ${shorten(path, { home, repoRoot: undefined })}  ${WORDS[kind]}`
    return present ? line : style.dim(`${line} (no longer there)`)
  })
  return [...lines, 'undo     rally hooks uninstall --everywhere'].join('\n')
}
