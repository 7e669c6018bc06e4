import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The file that the person's prompt asks the model to write, so that there is an edit. */
export const ANSWER_FILE = 'rally-probe.txt'
/** A conversation of one turn is short. */
const LARGEST = 64 << 20

/** The conversations that payloads named, each once; what cannot be read is left out. */
export function readTranscripts(facts: readonly { readonly transcript?: string | undefined }[]): string[] {
  const paths = new Set(facts.flatMap(({ transcript }) => transcript ?? []))
  return [...paths].flatMap((path) => readText(path) ?? [])
}

/** What the model wrote into the file, which is taken away if that is what it holds. */
export function takeAnswerFile(folder: string, words: readonly string[]): string {
  const path = join(folder, ANSWER_FILE)
  const text = readText(path) ?? ''
  if (words.some((word) => text.includes(word))) rmSync(path, { force: true })
  return text
}

function readText(path: string): string | undefined {
  try {
    const facts = statSync(path)
    return facts.isFile() && facts.size <= LARGEST ? readFileSync(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
