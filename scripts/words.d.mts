export interface GivenUpWord {
  readonly path: string
  readonly line: number
  readonly word: string
  readonly instead: string
}
export function givenUpWords(files?: readonly { readonly path: string; readonly text: string }[]): GivenUpWord[]
