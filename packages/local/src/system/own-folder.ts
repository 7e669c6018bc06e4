import { lstatSync } from 'node:fs'

/**
 * Whether a folder is one that only this user fills: no link, not another user's, not open to everybody. What rally keeps for
 * itself in a cache is neither read nor written elsewhere.
 */
export function isOwnFolder(path: string): boolean {
  const facts = lstatSync(path, { throwIfNoEntry: false })
  return facts?.isDirectory() === true && facts.uid === process.getuid?.() && (facts.mode & 0o002) === 0
}
