import { randomBytes } from 'node:crypto'
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { makeFolder } from '@rally/files/make-folder'
import { replaceFile } from '@rally/files/replace-file'
import { ACTIVE_POINTER, COORDINATION_FOLDER } from './coordination-file.js'
import { stateRoots, staysInside } from './run/state-paths.js'

export interface BootstrapRequest {
  readonly workdir: string
  /** Becomes a part of the file's name. */
  readonly topic: string
  readonly scope: string
  readonly sessionId: string
  readonly tool: string
  /** Instead of `.build-loop/coordination/<topic>-<UTC date>.md`. */
  readonly coordinationFile?: string | undefined
  /** Path of the template to fill in. */
  readonly template: string
  readonly now: Date
}

export interface Bootstrapped {
  /** Absolute. */
  readonly path: string
  /** Relative to the checkout where the file lies inside of it. */
  readonly shownPath: string
  /** False: somebody else made the file; it was not touched. */
  readonly created: boolean
  /** Whether the file became the one that counts. */
  readonly pointed: boolean
}

/**
 * Makes the coordination file of a run in the main checkout, so that all worktrees find it (protocol section 12). Created
 * exclusively: of several that try at once, one makes it and the others join.
 * Throws what the file system throws, for a template that cannot be read as well.
 */
export function bootstrapCoordination(request: BootstrapRequest): Bootstrapped {
  const roots = stateRoots(request.workdir)
  const root = realpathSync(roots.at(-1) ?? request.workdir)
  const date = request.now.toISOString().slice(0, 10)
  const folder = join(root, COORDINATION_FOLDER)
  const path = resolve(root, request.coordinationFile ?? join(COORDINATION_FOLDER, `${request.topic}-${date}.md`))
  if (path.startsWith(folder + sep) && !staysInside(path, roots))
    throw new Error(`${folder} leads out of the repository by a link`)
  const template = readFileSync(request.template, 'utf8')
  makeFolder(dirname(path))
  const created = createFile(path, fill(template, request, date))
  // A file somewhere else may be joined by name; it does not become everybody's.
  const pointed = created && path.startsWith(folder + sep)
  if (pointed) point(join(folder, ACTIVE_POINTER), { path, request })
  const inside = relative(root, path)
  return { path, shownPath: inside.startsWith('..') || isAbsolute(inside) ? path : inside, created, pointed }
}

function createFile(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** The places that are known when a run begins; others stay for whoever writes the file. */
function fill(template: string, { topic, scope, sessionId, tool }: BootstrapRequest, date: string): string {
  const values: Readonly<Record<string, string>> = {
    RUN_TITLE: topic.replaceAll('-', ' ').trim() || topic,
    DATE_YYYY_MM_DD: date,
    PRIMARY_TOOL: tool,
    SESSION_ID: sessionId,
    THIS_FILE_NAME: `${topic}-${date}`,
    SCOPE_SUMMARY_2_TO_4_SENTENCES: scope,
  }
  return template.replace(/\{\{([A-Z0-9_]+)\}\}/g, (whole, name: string) => values[name] ?? whole)
}

/** Says which file counts; a reader never sees half of it. */
function point(pointer: string, { path, request }: { path: string; request: BootstrapRequest }): void {
  const created_at = request.now.toISOString().replace(/\.\d+Z$/, 'Z')
  const text = JSON.stringify({ coord_file: path, session_id: request.sessionId, created_at })
  replaceFile(pointer, text, randomBytes(8).toString('hex'))
}
