import { isObject, type JsonObject, list, str, strings } from '@rally/core/readers'
import { compileForbidden } from './forbidden-imports.js'
import { matchEntry } from './glob.js'
import { type AsPackageImport, readPackageNames } from './package-names.js'
import type { SourceTree } from './source-tree.js'

/** Something that breaks the boundary. `path` is a key of the manifest or a file. */
export interface BoundaryFinding {
  readonly severity: 'error'
  readonly path: string
  readonly message: string
}

export interface BoundaryReport {
  readonly schema_version: string
  /** Plugin names, sorted. */
  readonly plugins: readonly string[]
  readonly skill_entrypoints: Readonly<Record<string, readonly unknown[]>>
  readonly ok: boolean
  readonly findings: readonly BoundaryFinding[]
  /** Source files whose imports were read; 0 means that nothing was checked. */
  readonly files_checked: number
}

/** Fields of a plugin that hold repository-relative paths (protocol section 10). */
const PATH_FIELDS = [
  'skill_entrypoints',
  'owns',
  'compatibility_entrypoints',
  'build_loop_adapters',
  'docs',
  'grouped_dependencies',
  'tests',
] as const

const finding = (path: string, message: string): BoundaryFinding => ({ severity: 'error', path, message })

/** Checks a parsed manifest against the files of its repository: shapes, existing paths, forbidden imports. */
export async function checkBoundary(manifest: unknown, tree: SourceTree): Promise<BoundaryReport> {
  const root = isObject(manifest) ? manifest : {}
  const findings: BoundaryFinding[] = []
  const entrypoints: Record<string, readonly unknown[]> = {}
  const files = await tree.files()
  const checked = new Set<string>()
  const asPackage = await readPackageNames(files, tree)
  let rules = 0
  if (!isObject(root.plugins)) findings.push(finding('plugins', 'plugins must be an object'))
  else if (Object.keys(root.plugins).length === 0)
    findings.push(finding('plugins', 'there is no plugin, so nothing was checked'))
  const plugins = isObject(root.plugins) ? root.plugins : {}
  for (const [name, spec] of Object.entries(plugins)) {
    if (!isObject(spec)) {
      findings.push(finding(`plugins.${name}`, 'plugin spec must be an object'))
      continue
    }
    entrypoints[name] = list(spec.skill_entrypoints)
    findings.push(...checkShape(name, spec, files))
    findings.push(...(await checkImports(spec, files, { tree, checked, asPackage })))
    rules += strings(spec.forbidden_parent_imports).length
  }
  if (rules > 0 && checked.size === 0)
    findings.push(finding('plugins', 'imports are forbidden, but no source file was there to check'))
  return {
    schema_version: str(root.schema_version, '1.0'),
    plugins: Object.keys(plugins).sort(),
    skill_entrypoints: entrypoints,
    ok: findings.length === 0,
    findings,
    files_checked: checked.size,
  }
}

function checkShape(name: string, spec: JsonObject, files: readonly string[]): BoundaryFinding[] {
  const findings: BoundaryFinding[] = []
  if (str(spec.purpose).trim() === '') findings.push(finding(`plugins.${name}.purpose`, 'purpose is required'))
  if (list(spec.skill_entrypoints).length === 0) {
    findings.push(finding(`plugins.${name}.skill_entrypoints`, 'native build-loop skill entrypoint is required'))
  }
  for (const field of PATH_FIELDS) {
    const value = spec[field]
    if (value === undefined) continue
    const at = `plugins.${name}.${field}`
    if (!Array.isArray(value)) findings.push(finding(at, 'field must be a list of repo-relative paths'))
    for (const entry of list(value)) {
      if (typeof entry !== 'string' || entry.trim() === '')
        findings.push(finding(at, 'path entries must be non-empty strings'))
      else if (matchEntry(entry, files).length === 0) findings.push(finding(at, `no files matched ${entry}`))
    }
  }
  return findings
}

function filesOf(entries: unknown, files: readonly string[]): string[] {
  return [...new Set(strings(entries).flatMap((entry) => matchEntry(entry, files)))].sort()
}

interface ImportCheck {
  readonly tree: SourceTree
  /** Files whose imports were read. */
  readonly checked: Set<string>
  readonly asPackage: AsPackageImport
}

async function checkImports(
  spec: JsonObject,
  files: readonly string[],
  { tree, checked, asPackage }: ImportCheck,
): Promise<BoundaryFinding[]> {
  const entries = strings(spec.forbidden_parent_imports)
  const rules = entries.map((entry) => ({ entry, forbids: compileForbidden(entry) }))
  const findings: BoundaryFinding[] = []
  const tests = new Set(filesOf(spec.tests, files))
  for (const file of filesOf(spec.owns, files)) {
    // A test may use what the code it tests may not.
    if (tests.has(file)) continue
    const source = await tree.readText(file)
    const imports = source === undefined ? undefined : await tree.imports(file, source)
    if (!imports) continue
    checked.add(file)
    const told = new Set<string>()
    for (const { specifier, line } of imports) {
      const inPackage = asPackage(file, specifier)
      const rule = rules.find(
        ({ forbids }) => forbids(file, specifier) || (inPackage !== undefined && forbids(file, inPackage)),
      )
      // `from m import a, b` reads as `m`, `m.a` and `m.b`: one import all the same.
      if (!rule || told.has(`${line} ${rule.entry}`)) continue
      told.add(`${line} ${rule.entry}`)
      findings.push(finding(file, `line ${line} imports ${specifier}, which is forbidden (${rule.entry})`))
    }
  }
  return findings
}
