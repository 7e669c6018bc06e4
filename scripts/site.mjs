// A site of the documentation, with a search that asks nobody: node scripts/site.mjs [FOLDER] [--repo FOLDER]
// Writes HTML to FOLDER (site/ unless another is named), which any web server or the file system itself can serve. Fails, and writes
// nothing, when a link leads nowhere. Files of the repository that are no pages are linked where publisher.json says
// where the repository is; else they are named.
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Marked, Renderer } from 'marked'
import { publisherFacts } from './publisher.mjs'
import { root as ownRoot } from './ready.mjs'
import { between, deadLinks, plain, readPages, slugsOf, targetOf } from './site/read-pages.mjs'

const GROUPS = [
  ['Start', (path) => path === 'docs/README.md' || path === 'README.md' || path.startsWith('docs/tutorial/')],
  ['How to', (path) => path.startsWith('docs/how-to/')],
  ['Reference', (path) => path.startsWith('docs/reference/')],
  ['Explanation', (path) => path.startsWith('docs/explanation/')],
  ['More', () => true],
]
const IMAGE = /\.(svg|png|jpe?g|gif|webp)$/i

const words = process.argv.slice(2)
const repoAt = words.indexOf('--repo')
const root = repoAt < 0 ? ownRoot : resolve(words.splice(repoAt, 2)[1])
const out = resolve(words[0] ?? join(root, 'site'))

const pages = readPages(root)
const dead = deadLinks(root, pages)
if (dead.length > 0) {
  process.stderr.write(`${dead.join('\n')}\n${dead.length} dead links\n`)
  process.exit(1)
}

const repository = publisherFacts(process.env).repository?.replace(/^git\+|\.git$/g, '')
const escapeHtml = (text) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
const images = new Set()

/** Where a link leads on the site; undefined for a file that is not on it. */
function addressOf(page, href) {
  const { kind, path, place } = targetOf(page, href)
  if (kind === 'world') return href
  const target = pages.get(path)
  if (target) return `${between(page.url, target.url)}${place === undefined ? '' : `#${place}`}`
  if (IMAGE.test(path)) {
    images.add(path)
    return between(page.url, join('files', path))
  }
  const isFolder = statSync(join(root, path)).isDirectory()
  return repository === undefined ? undefined : `${repository}/${isFolder ? 'tree' : 'blob'}/HEAD/${path}`
}

function render(page) {
  const slug = slugsOf()
  const marked = new Marked({
    renderer: {
      heading(token) {
        const place = slug(plain(token))
        return `<h${token.depth} id="${place}">${this.parser.parseInline(token.tokens)}</h${token.depth}>\n`
      },
      link(token) {
        const address = addressOf(page, token.href)
        const inner = this.parser.parseInline(token.tokens)
        return address === undefined ? inner : `<a href="${escapeHtml(address)}">${inner}</a>`
      },
      image: ({ href, text }) => `<img src="${escapeHtml(addressOf(page, href) ?? '')}" alt="${escapeHtml(text)}">`,
      table(token) {
        return `<div class="table" tabindex="0">${Renderer.prototype.table.call(this, token)}</div>`
      },
    },
  })
  return marked.parser(page.tokens)
}

function menu(page) {
  const left = new Set(pages.values())
  return GROUPS.map(([title, belongs]) => {
    const own = [...left].filter(({ path }) => belongs(path))
    for (const one of own) left.delete(one)
    const items = own.map((one) => {
      const current = one === page ? ' aria-current="page"' : ''
      return `<li><a href="${escapeHtml(between(page.url, one.url))}"${current}>${escapeHtml(one.title)}</a></li>`
    })
    return own.length === 0 ? '' : `<h2>${title}</h2><ul>${items.join('')}</ul>`
  }).join('\n')
}

function wholePage(page, body) {
  const top = page.url.includes('/') ? '../'.repeat(page.url.split('/').length - 1) : './'
  return `<!doctype html>
<html lang="en" data-root="${top}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(page.title)} · Rally</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${top}site.css">
</head>
<body><div class="page">
<nav aria-label="Pages">
<div class="search" role="search"><label for="search">Search</label> <input id="search" type="search" autocomplete="off"><ol id="results" aria-live="polite"></ol></div>
${menu(page)}
</nav>
<main>
${body}
</main>
</div>
<script src="${top}search-index.js"></script>
<script src="${top}search.js"></script>
</body>
</html>
`
}

/** Each section of each page, for the search; a script and no request, so that it works from the file system. */
function searchIndex() {
  const sections = [...pages.values()].flatMap(({ url, title, sections }) =>
    sections.map(({ slug, heading, text }) => ({
      url: `${url}#${slug}`,
      title,
      heading,
      text: text.replace(/\s+/g, ' ').trim(),
    })),
  )
  return `globalThis.SECTIONS = ${JSON.stringify(sections).replace(/</g, '\\u003c')}\n`
}

rmSync(out, { recursive: true, force: true })
for (const page of pages.values()) {
  const file = join(out, page.url)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, wholePage(page, render(page)))
}
for (const image of images) {
  mkdirSync(dirname(join(out, 'files', image)), { recursive: true })
  cpSync(join(root, image), join(out, 'files', image))
}
writeFileSync(join(out, 'search-index.js'), searchIndex())
for (const name of ['site.css', 'search.js'])
  writeFileSync(join(out, name), readFileSync(new URL(`site/${name}`, import.meta.url)))
process.stdout.write(`${pages.size} pages in ${out}\n`)
