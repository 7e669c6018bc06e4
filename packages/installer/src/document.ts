import type { FoldedText } from './fold-json.js'
import type { Place } from './refusal.js'

export type Path = readonly (string | number)[]

/** Replaces `text.slice(start, end)` by `insert`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly insert: string
}

/** One change of a document. Paths lead through keys and array indices. */
export type Operation =
  /** Adds to the array at `at`, which is created with everything above it when it is missing. */
  | { readonly op: 'append'; readonly at: readonly string[]; readonly value: unknown }
  | { readonly op: 'replace'; readonly at: Path; readonly value: unknown }
  /** Takes an element out of its array or a key out of its object. */
  | { readonly op: 'remove'; readonly at: Path }
  /** Adds a key that is not there yet, with everything above it, or gives a key another value. */
  | { readonly op: 'set'; readonly at: readonly string[]; readonly value: unknown }

/** What an operation does to the text. `gone` are the ranges of the nodes that it takes away, comments in them included. */
export interface Edit {
  readonly splices: readonly Splice[]
  readonly gone: readonly SourceRange[]
}

export interface SourceRange {
  readonly start: number
  readonly end: number
}

/** A parsed configuration file, without its byte order mark. */
export interface SourceDocument {
  readonly text: string
  readonly value: unknown
  readonly comments: readonly SourceRange[]
  /** Where the value at the path stands; undefined when there is none. */
  placeOf(path: Path): Place | undefined
  /** Throws Refused when what stands at the path is of another kind. */
  edit(operation: Operation): Edit
}

/** A kind of configuration file: reads text to a document or throws Refused with line and column. */
export interface Dialect {
  read(text: string): SourceDocument
  /** A long text, made short for changes of what is rally's. What stands in an array may have another index there. */
  fold?(text: string): FoldedText | undefined
}
