// What a package says of who publishes it and where its sources are: author, repository, homepage, bugs. They stand in one file,
// publisher.json, empty until somebody publishes; the publish workflow knows the repository that it runs in.
// As `prepublishOnly` of every package (node ../../scripts/publisher.mjs) it refuses a package that does not say so.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './ready.mjs'

const FACTS = ['author', 'repository', 'homepage', 'bugs']

/**
 * The facts of publisher.json; the addresses that it leaves open are those of the repository on GitHub in which a workflow runs.
 * A fact that nobody stated is left out: no address is made up.
 */
export function publisherFacts(env = process.env, file = join(root, 'publisher.json')) {
  const stated = JSON.parse(readFileSync(file, 'utf8'))
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = env
  const here = server && name ? `${server}/${name}` : undefined
  const known =
    here === undefined ? {} : { repository: `git+${here}.git`, homepage: `${here}#readme`, bugs: `${here}/issues` }
  return Object.fromEntries(FACTS.map((fact) => [fact, stated[fact] ?? known[fact]]).filter(([, value]) => value))
}

/** Why a package with this manifest is not published; undefined when it may be. */
export function refusalOf(manifest) {
  const missing = FACTS.filter((fact) => !textOf(manifest[fact]))
  if (missing.length === 0) return undefined
  return `${manifest.name} is not published: its package.json does not say ${missing.join(', ')}. Fill in publisher.json, then run: node scripts/published-manifest.mjs`
}

const textOf = (value) => (typeof value === 'object' && value !== null ? (value.url ?? value.name) : value)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const refusal = refusalOf(JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')))
  if (refusal !== undefined) {
    process.stderr.write(`${refusal}\n`)
    process.exit(1)
  }
}
