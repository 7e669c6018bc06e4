import { parse } from '@babel/parser'
import type { ImportReference } from './source-tree.js'

/** A node of the syntax tree, as far as this scan looks at it. */
interface Node {
  readonly type: string
  readonly loc?: { readonly start: { readonly line: number } } | null
  readonly [key: string]: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/**
 * Imports of a JavaScript or TypeScript source, found by parsing: static and dynamic imports, re-exports, `require` in its
 * spellings (also through createRequire and module.require), import types, `import x = require()`, resolve calls and
 * worker URLs. Constant string concatenation is folded. Broken source gives what the parser could recover.
 */
export function scanJavaScript(path: string, source: string): ImportReference[] {
  const found: ImportReference[] = []
  const tree = parseSource(path, source)
  if (!tree) return found
  const requires = new Set(['require'])
  walk(tree, (node) => collectRequireNames(node, requires))
  walk(tree, (node) => {
    const specifier = specifierOf(node, requires)
    if (specifier !== undefined) found.push({ specifier, line: node.loc?.start.line ?? 0 })
  })
  for (const match of source.matchAll(/^\s*\/\/\/\s*<reference\s+(?:path|types)\s*=\s*["']([^"']+)["']/gm)) {
    found.push({ specifier: match[1] ?? '', line: source.slice(0, match.index).split('\n').length })
  }
  return found
}

function parseSource(path: string, source: string): Node | undefined {
  const typescript = /\.[cm]?tsx?$/.test(path)
  const jsx = /\.(?:[jt]sx|[cm]?js)$/.test(path)
  try {
    return parse(source, {
      sourceType: 'unambiguous',
      errorRecovery: true,
      allowReturnOutsideFunction: true,
      createImportExpressions: true,
      plugins: [
        ...(typescript ? (['typescript'] as const) : []),
        ...(jsx ? (['jsx'] as const) : []),
        'decorators-legacy',
      ],
    }) as unknown as Node
  } catch {
    return undefined
  }
}

function walk(root: Node, visit: (node: Node) => void): void {
  const stack: Node[] = [root]
  for (let node = stack.pop(); node; node = stack.pop()) {
    visit(node)
    for (const [key, value] of Object.entries(node)) {
      if (key === 'loc' || key === 'tokens' || key === 'comments') continue
      if (Array.isArray(value)) stack.push(...value.filter(isNode))
      else if (isNode(value)) stack.push(value)
    }
  }
}

const nameOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined
  if (node.type === 'Identifier' && typeof node.name === 'string') return node.name
  if (node.type === 'MemberExpression') return nameOf(node.property)
  return undefined
}

const isCallOf = (node: unknown, name: string): boolean =>
  isNode(node) &&
  (node.type === 'CallExpression' || node.type === 'OptionalCallExpression') &&
  nameOf(node.callee) === name

/** `const load = createRequire(…)` and `const load = require` make `load` a require. */
function collectRequireNames(node: Node, names: Set<string>): void {
  if (node.type !== 'VariableDeclarator' && node.type !== 'AssignmentExpression') return
  const target = nameOf(node.type === 'VariableDeclarator' ? node.id : node.left)
  const value = node.type === 'VariableDeclarator' ? node.init : node.right
  if (target && (isCallOf(value, 'createRequire') || nameOf(value) === 'require')) names.add(target)
}

function specifierOf(node: Node, requires: ReadonlySet<string>): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return constantText(node.source)
    case 'TSImportType':
      return constantText(node.argument)
    case 'TSExternalModuleReference':
      return constantText(node.expression)
    case 'CallExpression':
    case 'OptionalCallExpression':
      return isLoad(node.callee, requires) ? constantText(firstOf(node.arguments)) : undefined
    case 'NewExpression':
      return nameOf(node.callee) === 'URL' ? relativeText(firstOf(node.arguments)) : undefined
    default:
      return undefined
  }
}

function isLoad(callee: unknown, requires: ReadonlySet<string>): boolean {
  if (!isNode(callee)) return false
  if (callee.type === 'Import') return true
  if (isCallOf(callee, 'createRequire')) return true
  const name = nameOf(callee)
  if (name !== undefined && requires.has(name)) return true
  if (callee.type !== 'MemberExpression' || name !== 'resolve' || !isNode(callee.object)) return false
  return callee.object.type === 'MetaProperty' || requires.has(nameOf(callee.object) ?? '')
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : undefined)

const relativeText = (node: unknown): string | undefined => {
  const text = constantText(node)
  return text !== undefined && /^\.{1,2}\//.test(text) ? text : undefined
}

/** The text of an expression that is constant. */
function constantText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'StringLiteral' && typeof node.value === 'string') return node.value
  if (node.type === 'TSLiteralType') return constantText(node.literal)
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const left = constantText(node.left)
    const right = constantText(node.right)
    return left === undefined || right === undefined ? undefined : left + right
  }
  if (node.type !== 'TemplateLiteral' || !Array.isArray(node.quasis) || !Array.isArray(node.expressions))
    return undefined
  const expressions = node.expressions.map(constantText)
  if (expressions.includes(undefined)) return undefined
  return node.quasis.map((quasi, index) => cookedText(quasi) + (expressions[index] ?? '')).join('')
}

function cookedText(quasi: unknown): string {
  const value = isNode(quasi) && typeof quasi.value === 'object' && quasi.value !== null ? quasi.value : {}
  return 'cooked' in value && typeof value.cooked === 'string' ? value.cooked : ''
}
