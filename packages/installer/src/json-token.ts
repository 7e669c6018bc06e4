/** A token of the text that is not white space. */
export interface Token {
  readonly kind: 'punctuation' | 'value' | 'line-comment' | 'block-comment'
  readonly start: number
  readonly end: number
}
