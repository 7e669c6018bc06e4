import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const PACKAGES = path.resolve(import.meta.dirname, '../..')

interface HostPackage {
  readonly folder: string
  readonly name: string
  readonly host: string
}

/**
 * Sentences for people may point at a package to install or at a command that a plugin brings, and examples in the help need
 * a name. Logic may not: this list holds places and text, so that nothing else there can name a host.
 */
const ALLOWED: ReadonlyArray<readonly [place: string, text: RegExp]> = [
  ['core/src/errors.ts', /hint: .*(@rally\/host-buildloop|rally buildloop )/],
  ['cli/src/', /<%= config\.bin %>|^\s*(description|summary): ['"`]/],
]

const packages = fs.readdirSync(PACKAGES).filter((name) => fs.existsSync(path.join(PACKAGES, name, 'package.json')))
const manifestOf = (name: string) => JSON.parse(fs.readFileSync(path.join(PACKAGES, name, 'package.json'), 'utf8'))
const hostPackages: readonly HostPackage[] = packages
  .map((folder) => ({ folder, pkg: manifestOf(folder) }))
  .filter(({ pkg }) => pkg.rally?.host)
  .map(({ folder, pkg }) => ({ folder, name: pkg.name, host: pkg.rally.host }))
const otherPackages = packages.filter((folder) => !hostPackages.some((host) => host.folder === folder))

/** Code that only tests run uses real tool ids as data. */
function isSampleData(file: string): boolean {
  return file.startsWith('conformance/src/transport/') || file.startsWith('core/src/testing/')
}

function sourcesOf(name: string): string[] {
  const src = path.join(PACKAGES, name, 'src')
  if (!fs.existsSync(src)) return []
  return fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !isSampleData(path.join(name, 'src', file)))
    .map((file) => path.join(src, file))
}

/** Comments may give an example. Replaced by blanks, so that line numbers stay. */
function withoutComments(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/.*$/gm, '$1')
}

/**
 * A host id anywhere in code, its package, or its files and variables. `cursor` is also a word of this house (a position in a
 * log), and `pi` a part of a library's name: there only what can mean the host counts.
 */
function namesHost(line: string, { host, name }: HostPackage): boolean {
  const spellings = [host, host.replaceAll('_', '-')]
  if (line.includes(name) || spellings.some((id) => new RegExp(`host-${id}\\b`).test(line))) return true
  if (host === 'cursor')
    return /(tool|host|id)\)?\s*[!=]==?\s*['"`]cursor['"`]|['"`]\.cursor\b|\bCURSOR_[A-Z]|cursor_version/.test(line)
  if (host === 'pi') return /(tool|host|id)\)?\s*[!=]==?\s*['"`]pi['"`]|['"`]\.pi\b|\bPI_[A-Z]/.test(line)
  return spellings.some((id) => new RegExp(`\\b${id}\\b`, 'i').test(line))
}

describe('hosts are known to nobody but their own package', () => {
  it('looks at real packages', () => {
    expect(hostPackages.length).toBeGreaterThan(0)
    expect(otherPackages.flatMap(sourcesOf).length).toBeGreaterThan(50)
    for (const own of hostPackages) expect(namesHost(`if (tool === '${own.host}') return`, own)).toBe(true)
  })

  for (const folder of otherPackages) {
    it(`${folder} names no host`, () => {
      const found = sourcesOf(folder).flatMap((file) => {
        const relative = path.relative(PACKAGES, file)
        return withoutComments(fs.readFileSync(file, 'utf8'))
          .split('\n')
          .map((line, index) => ({ line, place: `${relative}:${index + 1}` }))
          .filter(({ line }) => hostPackages.some((host) => namesHost(line, host)))
          .filter(({ line }) => !ALLOWED.some(([name, text]) => relative.startsWith(name) && text.test(line)))
          .map(({ line, place }) => `${place}: ${line.trim()}`)
      })
      expect(found).toEqual([])
    })

    it(`${folder} builds without any host package`, () => {
      const config = JSON.parse(fs.readFileSync(path.join(PACKAGES, folder, 'tsconfig.json'), 'utf8'))
      const references = (config.references ?? []).map((reference: { path: string }) => path.basename(reference.path))
      expect(references.filter((name: string) => hostPackages.some((host) => host.folder === name))).toEqual([])
    })
  }

  for (const own of hostPackages) {
    it(`${own.folder} knows no other host package and loads nothing of core at run time`, () => {
      for (const file of sourcesOf(own.folder)) {
        const source = fs.readFileSync(file, 'utf8')
        for (const other of hostPackages) {
          if (other.host !== own.host) expect(source, file).not.toContain(other.name)
        }
        if (path.relative(path.join(PACKAGES, own.folder, 'src'), file).includes(path.sep)) continue
        for (const line of withoutComments(source).split('\n')) {
          if (/^import .*from '@/.test(line))
            expect(line, file).toMatch(/^import (type |.*from '@rally\/(plugin-kit'|files\/))/)
        }
      }
    })
  }
})
