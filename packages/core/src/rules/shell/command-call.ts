import type { ShellGit } from '../../model/shell-reading.js'
import type { Word } from './syntax.js'

/** A command that runs: what a reader of one command gets, and where it puts what it found. */
export interface CommandCall {
  /** The command's own name, without its folder. */
  readonly name: string
  readonly args: readonly Word[]
  /** Where it runs, in the form of `ShellWrite.path`; undefined when that is not known. */
  readonly folder: string | undefined
  /** Lines of its here-document or here-string; undefined when there is none or it cannot be read. */
  readonly input: string | undefined
  /** Names of variables set for it. */
  readonly variables: readonly string[]
  /** Names a file that it writes; a word that cannot be read is passed over. */
  write(word: Word | string | undefined, how?: { tree?: boolean; inside?: string | null; folder?: string }): void
  git(command: ShellGit): void
}

/** Reads one kind of command. Says nothing where it is not certain. */
export type CommandReader = (call: CommandCall) => void
