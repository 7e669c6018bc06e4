import { resolve } from 'node:path'
import * as Flags from '@oclif/core/flags'
import type { PluginOutcome, PluginTerminal, RallyApi } from '@rally/core/plugin-api/rally-api'
import { obj } from '@rally/core/readers'
import { PluginCommand } from '@rally/plugin-kit/commands'
import { type BoundaryReport, checkBoundary } from '../check-boundary.js'
import { CATALOGUE } from '../errors.js'
import { createSourceTree } from '../git-source-tree.js'
import { IMPORT_SCANNER, isImportScanner, OWN_SCANNERS } from '../import-scanner.js'
import { listPluginFiles } from '../list-plugin-files.js'
import { readManifest } from '../read-manifest.js'

export default class Boundary extends PluginCommand {
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

  protected async execute(api: RallyApi): Promise<PluginOutcome> {
    const { flags } = await this.parse(Boundary)
    const repo = resolve(flags.repo)
    const { path, manifest } = readManifest(repo, api)
    const scanners = [...OWN_SCANNERS, ...api.contributions(IMPORT_SCANNER).filter(isImportScanner)]
    const tree = createSourceTree(repo, api.git, scanners)
    if (flags.list !== undefined) {
      const files = await listPluginFiles(manifest, flags.list, tree)
      if (!files) throw unknownPlugin(manifest, flags.list, api)
      return { json: { plugin: flags.list, files }, text: files.join('\n') }
    }
    const report = await checkBoundary(manifest, tree)
    const broken = api.errors(CATALOGUE)('BOUNDARY_VIOLATED', { count: report.findings.length })
    return {
      json: { ...report, manifest: path },
      text: (terminal) => renderReport(report, path, terminal),
      ...(flags.check && !report.ok ? { error: broken } : {}),
      ...(flags.check ? {} : { report: true as const }),
    }
  }
}

function unknownPlugin(manifest: unknown, plugin: string, api: RallyApi): Error {
  const known = Object.keys(obj(obj(manifest).plugins)).join(', ')
  return api.error('NOT_FOUND', { what: 'plugin', value: plugin, hint: `the manifest names ${known}` })
}

function renderReport(report: BoundaryReport, manifest: string, { style }: PluginTerminal): string {
  const head = report.ok
    ? `${style.green('ok')}  ${report.plugins.length} plugins, ${report.files_checked} source files  ${style.dim(manifest)}`
    : `${style.red('broken')}  ${report.findings.length} finding(s)  ${style.dim(manifest)}`
  return [head, ...report.findings.map(({ path, message }) => `  ${path}: ${message}`)].join('\n')
}
