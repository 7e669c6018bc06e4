import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@lezer/python'
import type { ImportReference } from './source-tree.js'

/** Calls that load a module by name or by path. */
const LOADERS = new Set([
  'import_module',
  '__import__',
  'find_spec',
  'find_loader',
  'load_module',
  'spec_from_file_location',
  'SourceFileLoader',
  'load_source',
  'run_path',
  'run_module',
])

/** Imports of a Python source, found by parsing: every form of `import` and `from`, and the usual loader calls. */
export function scanPython(source: string): ImportReference[] {
  const tree: Tree = parser.parse(source)
  const text = (node: SyntaxNode) => source.slice(node.from, node.to)
  const lineOf = (node: SyntaxNode) => source.slice(0, node.from).split('\n').length
  const found: ImportReference[] = []
  tree.iterate({
    enter: ({ node }) => {
      if (node.name === 'ImportStatement') {
        for (const specifier of importedModules(node, text)) found.push({ specifier, line: lineOf(node) })
      } else if (node.name === 'CallExpression') {
        for (const specifier of loadedModules(node, text)) found.push({ specifier, line: lineOf(node) })
      }
    },
  })
  return found
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child)
  return children
}

/** `import a.b as c, d` and `from ..a import b as c, d`: words and dots in order, names after `as` left out. */
function importedModules(node: SyntaxNode, text: (node: SyntaxNode) => string): string[] {
  const parts = childrenOf(node).filter((child) => child.name !== 'Comment')
  const groups: string[][] = [[]]
  let from = ''
  let afterAs = false
  let inNames = false
  const isFrom = parts[0]?.name === 'from'
  for (const part of parts.slice(1)) {
    if (part.name === 'import' && isFrom) {
      from = (groups[0] ?? []).join('')
      groups.length = 0
      groups.push([])
      inNames = true
    } else if (part.name === ',') {
      groups.push([])
      afterAs = false
    } else if (part.name === 'as') afterAs = true
    else if (!afterAs && (part.name === 'VariableName' || part.name === '.' || part.name === '...'))
      groups.at(-1)?.push(text(part))
  }
  const names = groups.map((group) => group.join('')).filter((name) => name !== '')
  if (!inNames) return names
  const joint = from.endsWith('.') || from === '' ? '' : '.'
  return [from, ...names.map((name) => `${from}${joint}${name}`)]
}

function loadedModules(node: SyntaxNode, text: (node: SyntaxNode) => string): string[] {
  const callee = node.firstChild
  if (!callee) return []
  const name = callee.name === 'MemberExpression' && callee.lastChild ? text(callee.lastChild) : text(callee)
  if (!LOADERS.has(name)) return []
  const literals: string[] = []
  node
    .getChild('ArgList')
    ?.cursor()
    .iterate(({ node: inner }) => {
      if (inner.name === 'String')
        literals.push(
          text(inner)
            .replace(/^[rRbBuUfF]*("""|'''|"|')/, '')
            .replace(/("""|'''|"|')$/, ''),
        )
    })
  return literals
}
