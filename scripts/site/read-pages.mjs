// The pages of the site: the documentation, and what stands beside it at the top of the repository.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { Marked } from 'marked'

/** At the top of the repository. */
const TOP = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'examples/README.md']

/** As GitHub names the place of a heading, and as a second one of the same words. */
export function slugsOf() {
  const seen = new Map()
  return (text) => {
    const slug = text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-')
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  }
}

/** Where a page of the repository is on the site. */
export function urlOf(path) {
  if (path === 'docs/README.md') return 'index.html'
  const place = path.startsWith('docs/') ? path.slice('docs/'.length) : path.toLowerCase()
  return place.replace(/\.md$/, '.html')
}

/** Pages as `{path, url, title, sections: [{slug, heading, text}], tokens}`, by their path in the repository. */
export function readPages(root) {
  const below = existsSync(join(root, 'docs')) ? readdirSync(join(root, 'docs'), { recursive: true }).map(String) : []
  const paths = [...below.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`), ...TOP]
  const present = paths.filter((path) => existsSync(join(root, path))).sort()
  return new Map(present.map((path) => [path, readPage(root, path)]))
}

function readPage(root, path) {
  const tokens = new Marked().lexer(readFileSync(join(root, path), 'utf8'))
  const slug = slugsOf()
  const sections = []
  const links = []
  const take = (token) => {
    if (token.type === 'heading') sections.push({ slug: slug(plain(token)), heading: plain(token), text: '' })
    else if (sections.length > 0 && token.type !== 'html') sections.at(-1).text += ` ${plain(token)}`
  }
  for (const token of tokens) take(token)
  new Marked().walkTokens(tokens, (token) => {
    if (token.type === 'link' || token.type === 'image') links.push(token.href)
  })
  const title = tokens.find(({ type }) => type === 'heading')
  return { path, url: urlOf(path), title: title ? plain(title) : path, sections, links, tokens }
}

/** The text of a token without its marks. */
export function plain(token) {
  const parts = token.tokens ?? token.items ?? (token.rows ? [...token.header, ...token.rows.flat()] : undefined)
  const text = parts === undefined ? (token.text ?? '') : parts.map(plain).join(token.type === 'heading' ? '' : ' ')
  return unescapeText(text).replace(/\s+/g, ' ').trim() === '' ? text : unescapeText(text)
}

function unescapeText(text) {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
}

/** What a link of a page leads to: another page, another file of the repository, or the world. */
export function targetOf(page, href) {
  if (/^[a-z][a-z+.-]*:/i.test(href)) return { kind: 'world', href }
  const [file = '', place] = href.split('#')
  const path = file === '' ? page.path : normalize(join(dirname(page.path), decodeURI(file)))
  return { kind: path.endsWith('.md') ? 'page' : 'file', path, place }
}

/** Links that lead nowhere, as sentences. */
export function deadLinks(root, pages) {
  return [...pages.values()].flatMap((page) =>
    page.links.flatMap((href) => {
      const { kind, path, place } = targetOf(page, href)
      if (kind === 'world') return []
      const from = `${page.path}: ${href}`
      if (path.startsWith('..') || !existsSync(join(root, path))) return [`${from} leads to no file`]
      const target = pages.get(path)
      if (place === undefined || target === undefined) return []
      return target.sections.some(({ slug }) => slug === place) ? [] : [`${from}: ${path} has no heading #${place}`]
    }),
  )
}

/** A relative address from one page to another file of the site. */
export function between(from, to) {
  return relative(dirname(from), to) || '.'
}
