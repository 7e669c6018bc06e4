import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

/** A user who owns nothing. */
export const NOBODY = 65534

const CLI = join(import.meta.dirname, '..', '..', 'packages', 'cli')

function canRead(path: string): boolean {
  const look = `require('node:fs').readFileSync(${JSON.stringify(path)})`
  return spawnSync(process.execPath, ['-e', look], { cwd: '/', uid: NOBODY, gid: NOBODY }).status === 0
}

/**
 * The programs where nobody can run them: a checkout may lie below a folder that is closed to others (`/root`). Undefined where
 * this user cannot become nobody, or where nobody can reach neither node nor the folder for temporary files.
 */
export function programsForNobody(): { readonly rally: string; readonly hook: string } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const programs = (folder: string) => ({
    rally: join(folder, 'bin/rally.cjs'),
    hook: join(folder, 'bin/rally-hook.cjs'),
  })
  if (canRead(programs(CLI).rally) && canRead(join(CLI, 'dist/rally.cjs')) && isOpen(tmpdir())) return programs(CLI)
  const copy = fs.mkdtempSync(join(tmpdir(), 'rally-for-nobody-'))
  afterAll(() => fs.rmSync(copy, { recursive: true, force: true }))
  fs.chmodSync(copy, 0o755)
  for (const name of ['bin', 'dist', 'package.json', 'oclif.manifest.json'])
    fs.cpSync(join(CLI, name), join(copy, name), { recursive: true, verbatimSymlinks: true })
  return canRead(programs(copy).rally) ? programs(copy) : undefined
}

/** Whether nobody may make something there: a folder in it is reached. */
function isOpen(folder: string): boolean {
  const inside = fs.mkdtempSync(join(folder, 'rally-open-'))
  try {
    fs.chmodSync(inside, 0o755)
    fs.writeFileSync(join(inside, 'x'), '')
    return canRead(join(inside, 'x'))
  } finally {
    fs.rmSync(inside, { recursive: true })
  }
}
