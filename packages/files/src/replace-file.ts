import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'

/**
 * Replaces a file, private to the user, by a complete new one: written beside it under a name of its own, flushed, renamed over
 * it. Readers see the old text or the new one, never a part; nothing stays behind.
 * @param unique a word that no other call on this machine gets
 * @throws the file system's error
 */
export function replaceFile(path: string, text: string, unique: string): void {
  const temporary = `${path}.tmp.${unique}`
  try {
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}
