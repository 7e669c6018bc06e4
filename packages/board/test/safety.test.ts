import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { World } from '../../../test/support/world.js'
import { type Asking, Web } from './support/web.js'

// Who gets an answer of rally web, asked by plain requests: nobody but the page that was opened with its address.

let world: World
let web: Web
let cookie: string
let folder: string
beforeAll(async () => {
  world = new World()
  web = await Web.start(world)
  ;({ cookie, folder } = await web.enter())
})
afterAll(async () => {
  await web.stop()
  world.remove()
})

const post = (headers: Record<string, string> = {}, body: object | string = {}): Asking => ({
  method: 'POST',
  headers: { cookie, origin: web.origin, 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

async function pageSecret(): Promise<string> {
  const { text } = await web.ask(`${folder}page`, post())
  return (JSON.parse(text) as { page: string }).page
}

describe('the way in', () => {
  it('is the loopback alone, at an address that nobody guesses', () => {
    expect(web.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\/[\w-]{32}$/)
    expect(folder).toMatch(/^\/[\w-]{32}\/$/)
    expect(cookie).toMatch(/^r[0-9a-f]{18}=[\w-]{32}$/)
  })

  it('works once', async () => {
    const { status, headers, text } = await web.ask(new URL(web.address).pathname)
    expect(status).toBe(403)
    expect(headers['set-cookie']).toBeUndefined()
    expect(text).toContain('Run rally web again')
  })

  it('refuses an address that it did not make', async () => {
    expect((await web.ask(`/open/${'a'.repeat(32)}`)).status).toBe(403)
    expect((await web.ask('/open/')).status).toBe(403)
  })

  it('gives a cookie that no script reads and no other page sends', async () => {
    const next = world.rally(['web']).stdout.split('\n')[0] ?? ''
    const { headers } = await web.ask(new URL(next).pathname)
    expect(headers['set-cookie']?.[0]).toContain(`Path=${folder}; HttpOnly; SameSite=Strict`)
  })
})

describe('a request is refused', () => {
  it.each(['page.js', '', 'page', 'timeline', 'nothing'])('without the cookie: %s', async (path) => {
    expect((await web.ask(folder + path)).status).toBe(403)
    expect(
      (await web.ask(folder + path, { headers: { cookie: `${cookie.split('=')[0]}=${'x'.repeat(32)}` } })).status,
    ).toBe(403)
  })

  it('with the cookie, in another folder', async () => {
    expect((await web.ask('/', { headers: { cookie } })).status).toBe(403)
    expect((await web.ask('/page.js', { headers: { cookie } })).status).toBe(403)
  })

  it.each(['localhost', 'rally.example', '127.0.0.1', '127.0.0.1:1', '[::1]'])('for the name %s', async (host) => {
    expect((await web.ask(folder, { headers: { cookie, host } })).status).toBe(403)
    expect((await web.ask(new URL(web.address).pathname, { headers: { host } })).status).toBe(403)
  })

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'from the page of %s',
    async (origin) => {
      expect((await web.ask(folder, { headers: { cookie, origin } })).status).toBe(403)
      expect((await web.ask(`${folder}page`, post({ origin }))).status).toBe(403)
    },
  )

  it('from another page by what the browser says of it', async () => {
    for (const site of ['cross-site', 'same-site'])
      expect((await web.ask(folder, { headers: { cookie, 'sec-fetch-site': site } })).status).toBe(403)
    expect((await web.ask(folder, { headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(200)
  })

  it('as an image, a frame or a script at the address that was printed', async () => {
    for (const dest of ['image', 'iframe', 'script', 'empty'])
      expect((await web.ask('/open/x', { headers: { 'sec-fetch-dest': dest } })).text).toContain('embed')
  })

  it('of a form, wherever it stands', async () => {
    const body = 'to=all&text=hello'
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded', 'x-rally-page': await pageSecret() }
    expect((await web.ask(`${folder}tell`, { method: 'POST', headers, body })).status).toBe(403)
    expect(
      (await web.ask(`${folder}tell`, { method: 'POST', headers: { ...headers, origin: web.origin }, body })).status,
    ).toBe(400)
    expect(world.json(['log'])).toMatchObject({ entries: [] })
  })

  it('of the stream and of every write without the secret of a page', async () => {
    for (const path of ['stream', 'tell', 'reply', 'claim', 'release', 'timeline'])
      for (const headers of [{}, { 'x-rally-page': 'x'.repeat(32) }])
        expect((await web.ask(folder + path, post(headers, { to: 'all', text: 'hello' }))).status).toBe(403)
    expect(world.json(['log'])).toMatchObject({ entries: [] })
  })

  it('of the next rally web without the word of the private note', async () => {
    const headers = { origin: web.origin, 'x-rally-key': 'no' }
    expect((await web.ask('/again', { method: 'POST', headers })).status).toBe(403)
  })
})

describe('a page that was opened', () => {
  it('may not run, load or send anything of elsewhere', async () => {
    const { status, headers, text } = await web.ask(folder, { headers: { cookie } })
    expect(status).toBe(200)
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|style=/)
    expect(text).not.toMatch(/https?:/)
  })

  it('writes as the person', async () => {
    const said = await web.ask(
      `${folder}tell`,
      post({ 'x-rally-page': await pageSecret() }, { to: 'all', text: 'hello' }),
    )
    expect(JSON.parse(said.text)).toMatchObject({ ok: true, said: expect.stringContaining('to all') })
    expect(world.json(['log'])).toMatchObject({ entries: [{ tool: 'human', text: expect.stringContaining('hello') }] })
  })

  it('hears why something was not written', async () => {
    const secret = { 'x-rally-page': await pageSecret() }
    const nobody = await web.ask(`${folder}tell`, post(secret, { to: 'codex-9', text: 'hello' }))
    expect([nobody.status, JSON.parse(nobody.text)]).toEqual([422, expect.objectContaining({ ok: false })])
    expect((await web.ask(`${folder}tell`, post(secret, 'no JSON'))).status).toBe(400)
    expect((await web.ask(`${folder}tell`, post(secret, { text: 'x'.repeat(70_000) }))).status).toBe(400)
    expect((await web.ask(`${folder}remove`, post(secret))).status).toBe(404)
  })
})

describe('the process', () => {
  it('is found by the next rally web, by a file of the person alone', async () => {
    const { found, address } = world.json(['web'])
    expect(found).toBe(true)
    expect(await web.enter(String(address))).toEqual({ cookie, folder })
    const notes = fs.readdirSync(join(world.state, 'web'))
    expect(notes).toHaveLength(1)
    expect(fs.statSync(join(world.state, 'web', notes[0] ?? '')).mode & 0o777).toBe(0o600)
  })

  it('has no secret in its words, which every user sees', () => {
    const words = execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(web.child.pid)], { encoding: 'utf8' })
    expect(words).toContain('web')
    expect(words).not.toContain(web.address.slice(-32))
  })

  it('opens the browser by a private file that leads to the address, and takes the file away', async () => {
    const other = new World()
    const bin = join(other.root, 'bin')
    const seen = join(other.root, 'opened')
    fs.mkdirSync(bin)
    // Both names: the one of this platform is taken.
    for (const name of ['xdg-open', 'open'])
      fs.writeFileSync(join(bin, name), `#!/bin/sh\ncp "$1" '${seen}.html'\nprintf %s "$*" > '${seen}'\n`, {
        mode: 0o755,
      })
    other.env.PATH = `${bin}:${other.env.PATH}`
    const served = await Web.start(other, { args: ['--open'] })
    await expect.poll(() => fs.existsSync(seen), { timeout: 60_000 }).toBe(true)
    const words = fs.readFileSync(seen, 'utf8')
    expect(words).toMatch(/^\/\S*\/web\/open-[0-9a-f]+\.html$/)
    expect(fs.statSync(words).mode & 0o777).toBe(0o600)
    const [, address = ''] = /url=(http:[^"]+)"/.exec(fs.readFileSync(`${seen}.html`, 'utf8')) ?? []
    expect(address).toBe(served.address)
    expect((await served.enter(address)).folder).toMatch(/^\//)
    expect(await served.stop()).toBe(0)
    expect(fs.readdirSync(join(other.state, 'web'))).toEqual([])
    other.remove()
  })

  it('is served all the same where there is no browser to open', async () => {
    const other = new World()
    other.env.PATH = join(other.root, 'nothing')
    const served = await Web.start(other, { args: ['--open'] })
    expect((await served.enter()).folder).toMatch(/^\//)
    expect(await served.stop()).toBe(0)
    other.remove()
  })

  it('refuses whoever tries too often', async () => {
    const answers = []
    for (let tries = 0; tries < 20; tries += 1) answers.push((await web.ask('/open/guess')).status)
    expect(answers).toContain(429)
    expect(answers.at(-1)).toBe(429)
  })

  it('ends in order, and takes its note away', async () => {
    const other = new World()
    const served = await Web.start(other)
    expect(fs.readdirSync(join(other.state, 'web'))).toHaveLength(1)
    expect(await served.stop('SIGINT')).toBe(0)
    expect(fs.readdirSync(join(other.state, 'web'))).toEqual([])
    other.remove()
  })

  it.each([
    [
      'its note stands',
      `const { renameSync } = fs
      fs.renameSync = (...names) => { renameSync(...names); if (/web.[0-9a-f]+.json$/.test(names[1])) end() }`,
    ],
    [
      'its address is printed',
      `const { writeSync } = fs
      fs.writeSync = (...said) => { const done = writeSync(...said); if (said[0] === 1) end(); return done }`,
    ],
  ])('ends in order in the very moment in which %s', async (_, when) => {
    const other = new World()
    const preload = join(other.root, 'end.cjs')
    // Twice, as from a terminal whose shell and whose npx both pass it on.
    fs.writeFileSync(
      preload,
      `const fs = require('node:fs'); const end = () => { for (const _ of '12') process.kill(process.pid, 'SIGINT') }\n${when}`,
    )
    const { status, signal, stdout } = other.rally(['web'], { env: { NODE_OPTIONS: `--require=${preload}` } })
    expect({ status, signal }).toEqual({ status: 0, signal: null })
    expect(stdout).toContain('/open/')
    expect(fs.readdirSync(join(other.state, 'web'))).toEqual([])
    other.remove()
  })

  it('is not taken for alive after a crash', async () => {
    const other = new World()
    const served = await Web.start(other)
    await served.stop('SIGKILL')
    expect(fs.readdirSync(join(other.state, 'web'))).toHaveLength(1)
    const next = await Web.start(other)
    expect(next.address).not.toBe(served.address)
    await next.enter()
    await next.stop()
    other.remove()
  })

  it('says so where its port is taken', () => {
    const other = new World()
    const { status, stderr } = other.rally(['web', '--port', String(web.port)])
    expect(status).toBe(1)
    expect(stderr).toContain('is in use')
    other.remove()
  })
})
