// Static checks: node scripts/check.mjs [types|lint|sources|boundary|imports|packages|licence …]; all of them without a name.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { sourceFaults } from './check-sources.mjs'
import { thirdPartyNotices } from './notices.mjs'
import { asPublished } from './published-manifest.mjs'
import { root } from './ready.mjs'
import { faults, readModules } from './structure.mjs'

const bin = (name) => join(root, 'node_modules/.bin', name)
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0

const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)
const manifest = (name) => JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'))

/** Import rules on the compiled modules, then floors and circles of the sources, type imports included. */
function checkImports() {
  return [checkCompiled(), checkSources()].every(Boolean)
}

function checkSources() {
  const modules = readModules()
  const wrong = faults(modules)
  for (const fault of wrong) process.stdout.write(`${fault}\n`)
  process.stdout.write(`${modules.size} source modules, ${wrong.length} faults\n`)
  return modules.size > 100 && wrong.length === 0
}

/** Type-only imports are gone there. Nothing cruised is a failure, not a success. */
function checkCompiled() {
  const args = [
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
    ...packages.map((name) => `packages/${name}/dist`),
  ]
  const result = spawnSync(bin('depcruise'), args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 })
  const { summary } = JSON.parse(result.stdout)
  for (const violation of summary.violations)
    process.stdout.write(`${violation.rule.name}: ${violation.from} -> ${violation.to}\n`)
  process.stdout.write(`${summary.totalCruised} modules, ${summary.violations.length} violations\n`)
  return summary.totalCruised > 100 && summary.violations.length === 0
}

/** Every published package is what its consumers expect: looked at as it is packed, with the manifest that is published. */
async function checkPackages() {
  let isFine = true
  for (const name of packages) if (!manifest(name).private && !(await checkPacked(name))) isFine = false
  return isFine
}

/** Of what publint says, one thing is no fault: the gate is a shell script, whatever its name ends with. */
const SHELL = '#!/bin/sh\n'

async function checkPacked(name) {
  const folder = mkdtempSync(join(tmpdir(), 'rally-packed-'))
  try {
    const packed = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
    execFileSync('npm', packed, { cwd: join(root, 'packages', name), stdio: ['ignore', 'ignore', 'inherit'] })
    const [tarball] = readdirSync(folder)
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', folder])
    const file = join(folder, 'package/package.json')
    writeFileSync(file, JSON.stringify(asPublished(JSON.parse(readFileSync(file, 'utf8'))), null, 2))
    const pkgDir = join(folder, 'package')
    const { messages } = await publint({ pkgDir, pack: false, strict: true })
    const pkg = asPublished(manifest(name))
    const isShell = ({ code, path }) =>
      code === 'BIN_FILE_NOT_EXECUTABLE' && readText(join(pkgDir, pkg.bin[path.at(-1)])).startsWith(SHELL)
    const wrong = messages.filter((message) => !isShell(message))
    for (const message of wrong) process.stdout.write(`${name}: ${formatMessage(message, pkg)}\n`)
    if (wrong.length === 0) process.stdout.write(`${name}: as its users expect\n`)
    return wrong.length === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Ours in every package, that of what is bundled beside it, and nothing published without its text. */
async function checkLicence() {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  const hasText = (name) => manifest(name).private || readText(join(root, 'packages', name, 'LICENSE')) === own
  const wrong = packages.filter((name) => manifest(name).license !== 'Apache-2.0' || !hasText(name))
  for (const name of wrong)
    process.stdout.write(`${name}: licence is not Apache-2.0, or LICENSE is not the one of this repository\n`)
  const outdated = (await thirdPartyNotices()).filter(({ path, text }) => readText(path) !== text)
  for (const { path } of outdated) process.stdout.write(`${path} is out of date: node scripts/notices.mjs --write\n`)
  return wrong.length === 0 && outdated.length === 0
}

function readText(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Our own boundary manifest, by our own command. */
function checkBoundary() {
  const output = execFileSync(
    process.execPath,
    [join(root, 'packages/cli/bin/rally.cjs'), 'boundary', '--repo', root, '--json'],
    { encoding: 'utf8' },
  )
  const report = JSON.parse(output)
  for (const finding of report.findings) process.stdout.write(`${finding.path}: ${finding.message}\n`)
  return report.ok === true && report.plugins.length > 0
}

/** The packages, which leaves the modules that tests import, and then the tests themselves. */
function checkTypes() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return (
    run(process.execPath, [join(root, 'build/build.mjs'), '--only=tsc']) &&
    run(process.execPath, [tsc, '-p', 'tsconfig.tests.json'])
  )
}

function checkSourceText() {
  const wrong = sourceFaults()
  for (const fault of wrong) process.stdout.write(`${fault}\n`)
  return wrong.length === 0
}

const CHECKS = {
  types: checkTypes,
  lint: () => run(bin('biome'), ['check', '.', '--diagnostic-level=error']),
  sources: checkSourceText,
  boundary: checkBoundary,
  imports: checkImports,
  packages: checkPackages,
  licence: checkLicence,
}

const asked = process.argv.slice(2)
const failed = []
for (const name of asked.length > 0 ? asked : Object.keys(CHECKS)) if (!(await CHECKS[name]())) failed.push(name)
if (failed.length > 0) process.stderr.write(`failed: ${failed.join(', ')}\n`)
process.exit(failed.length > 0 ? 1 : 0)
