import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyOfOrigin, normalizeOriginUrl } from './origin-key.js'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('the name of a room', () => {
  it.each([
    'https://github.com/Org/Repo.git',
    'https://github.com/org/repo',
    'https://user:secret@github.com:443/org/repo.git/',
    'git@github.com:org/repo.git',
    'github.com:org/repo',
    'ssh://git@github.com/org/repo',
    'ssh://git@github.com:22/org/repo.git',
    'git://github.com/org/repo.git',
    'git+ssh://git@github.com/org//repo.git',
    ' https://GitHub.com/org/repo.git\n',
  ])('is the same for every clone: %s', (url) => {
    expect(normalizeOriginUrl(url)).toBe('github.com/org/repo')
  })

  it.each([
    ['ssh://git@host:2222/org/repo', 'host:2222/org/repo'],
    ['https://host:8443/org/repo', 'host:8443/org/repo'],
    ['https://host/a/b/c.git?x=1#y', 'host/a/b/c'],
    ['git@[fe80::1]:org/repo', '[fe80::1]/org/repo'],
  ])('keeps what tells repositories apart: %s', (url, expected) => {
    expect(normalizeOriginUrl(url)).toBe(expected)
  })

  it.each([
    '/srv/git/repo.git',
    '../repo',
    'repo',
    'file:///srv/git/repo.git',
    'https://localhost/org/repo',
    'ssh://git@127.0.0.1:2222/org/repo',
    'https://host/',
    'https://host',
    'https://host/../x',
    '',
    'C:\\repo',
    'ext::sh -c x',
  ])('is not made from what means something on one machine only: %s', (url) => {
    expect(normalizeOriginUrl(url) ?? 'none').not.toContain('srv/git')
    if (!url.startsWith('C:') && !url.startsWith('ext')) expect(normalizeOriginUrl(url)).toBeUndefined()
  })

  it('is a legal relay.channel and shows the repository', () => {
    const key = keyOfOrigin('github.com/org/my repo', sha256)
    expect(key).toMatch(/^[a-z0-9][a-z0-9._-]{0,62}$/)
    expect(key.startsWith('my-repo-')).toBe(true)
    expect(keyOfOrigin('github.com/org/x', sha256)).not.toBe(keyOfOrigin('github.com/other/x', sha256))
    expect(keyOfOrigin('host/___', sha256)).toMatch(/^room-[0-9a-f]{20}$/)
  })
})
