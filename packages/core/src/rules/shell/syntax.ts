/** One word of a command line after quotes were taken away. */
export interface Word {
  /** Undefined when it depends on variables, substitutions or which files exist. */
  readonly text: string | undefined
  /** What it begins with is an option, or may become one or several when the command runs. */
  readonly openOption: boolean
  /** Nothing in it was quoted: only such a word can be a keyword. */
  readonly bare: boolean
  /** Commands in `$(…)`, `<(…)`, `>(…)`: they run as well. */
  readonly inner: readonly ShellNode[]
}

export interface HereDocument {
  /** Undefined until its lines were read. */
  text: string
  /** Nothing in it is expanded. */
  readonly literal: boolean
}

export interface Redirection {
  /** `write` opens the target for writing, `text` is a here-document or here-string, `other` writes nothing. */
  readonly kind: 'write' | 'text' | 'other'
  readonly target: Word
  readonly document?: HereDocument
}

export interface SimpleCommand {
  readonly kind: 'simple'
  /** Names of variables set in front of the command. */
  readonly variables: readonly string[]
  readonly words: readonly Word[]
  readonly redirections: readonly Redirection[]
  readonly inner: readonly ShellNode[]
}

/** What joins a command to the next one. */
export type Joint = ';' | '&' | '&&' | '||' | '|'

export interface CommandList {
  readonly kind: 'list'
  readonly items: readonly { readonly node: ShellNode; readonly joint: Joint }[]
}

export interface Group {
  readonly kind: 'group'
  /** `( … )` leaves the folder of the shell around it alone; `{ …; }` does not. */
  readonly subshell: boolean
  readonly body: CommandList
  readonly redirections: readonly Redirection[]
}

/** `if`, `while`, `for`, `case`: its parts may run, or not. */
export interface Branch {
  readonly kind: 'branch'
  readonly parts: readonly CommandList[]
  readonly redirections: readonly Redirection[]
}

/** A function is only defined here; what it does when it is called is not read. */
export interface FunctionDefinition {
  readonly kind: 'function'
  readonly name: string
}

export type ShellNode = SimpleCommand | CommandList | Group | Branch | FunctionDefinition
