import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import { type BoundaryReport, checkBoundary } from '@rally/boundary/check-boundary'
import { createSourceTree } from '@rally/boundary/git-source-tree'
import { listPluginFiles } from '@rally/boundary/list-plugin-files'
import { RallyError, reasonOf } from '@rally/core/errors'
import { obj } from '@rally/core/readers'
import { runGit } from '@rally/local/repository/run-git'
import { type Outcome, RallyCommand } from '../base-command.js'
import type { Terminal } from '../terminal.js'

/** Where a manifest may be: the repository root, then the place that the existing system uses. */
const PLACES = ['plugin_boundary.json', 'scripts/rally_point/plugin_boundary.json']

export default class Boundary extends RallyCommand {
  static override summary = "Check a repository's plugin_boundary.json: what each plugin owns and must not import."
  static override description =
    'Reads the imports of TypeScript, JavaScript and Python files by parsing them. Without --check it is a report and exits 0; with --check findings exit 1.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --repo . --check --json',
  ]
  static override flags = {
    repo: Flags.string({ summary: 'Repository to check.', helpValue: 'DIR', default: '.' }),
    check: Flags.boolean({ summary: 'Exit 1 when something is broken.' }),
    list: Flags.string({
      summary: 'Print the files that belong to one plugin: what an extraction copies.',
      helpValue: 'PLUGIN',
    }),
  }

  protected async execute(): Promise<Outcome> {
    const { flags } = await this.parse(Boundary)
    const repo = resolve(flags.repo)
    const { path, manifest } = readManifest(repo)
    const tree = createSourceTree(repo, askGit)
    if (flags.list !== undefined)
      return listFiles(manifest, flags.list, await listPluginFiles(manifest, flags.list, tree))
    const report = await checkBoundary(manifest, tree)
    const json = { ...report, manifest: path }
    const error = new RallyError('BOUNDARY_VIOLATED', { count: report.findings.length })
    return {
      json,
      text: (terminal) => renderReport(report, path, terminal),
      ...(flags.check && !report.ok ? { error } : {}),
      ...(flags.check ? {} : { report: true as const }),
    }
  }
}

/** A repository's list of files may be long. */
const LIST_BYTES = 256 * 1024 * 1024
const LIST_MS = 60_000

async function askGit(args: readonly string[], cwd: string): Promise<string | undefined> {
  const end = await runGit(args, { cwd, env: process.env, timeoutMs: LIST_MS, maxBytes: LIST_BYTES })
  return end.kind === 'exited' && end.code === 0 ? end.stdout : undefined
}

function readManifest(repo: string): { path: string; manifest: unknown } {
  if (!existsSync(repo)) throw new RallyError('WORKDIR_MISSING', { workdir: repo })
  const path = PLACES.map((place) => join(repo, place)).find((place) => existsSync(place))
  if (!path) {
    const hint = `a manifest is looked for at ${PLACES.join(' and ')}`
    throw new RallyError('NOT_FOUND', { what: 'plugin_boundary.json in', value: repo, hint })
  }
  try {
    return {
      path: join(realpathSync(repo), path.slice(repo.length + 1)),
      manifest: JSON.parse(readFileSync(path, 'utf8')),
    }
  } catch (error) {
    throw new RallyError('STATE_CORRUPT', { path, reason: reasonOf(error) })
  }
}

function listFiles(manifest: unknown, plugin: string, files: readonly string[] | undefined): Outcome {
  if (!files) {
    const known = Object.keys(obj(obj(manifest).plugins)).join(', ')
    throw new RallyError('NOT_FOUND', { what: 'plugin', value: plugin, hint: `the manifest names ${known}` })
  }
  return { json: { plugin, files }, text: () => files.join('\n') }
}

function renderReport(report: BoundaryReport, manifest: string, { style }: Terminal): string {
  const head = report.ok
    ? `${style.green('ok')}  ${report.plugins.length} plugins, ${report.files_checked} source files  ${style.dim(manifest)}`
    : `${style.red('broken')}  ${report.findings.length} finding(s)  ${style.dim(manifest)}`
  return [head, ...report.findings.map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
}
