const PLUGINS = 'needs a registry, or a plugin that is broken: the tests of plugins'
const SERVER = 'needs a server: the tests of the relay, and those of mcp'
const FILES = 'stands in a file that rally writes, or tells of one; nobody is asked to type it'
const BOARD = 'stands in a live view: the tests of that package'
const PLAYED = 'needs a person who plays a turn: the tests of hosts probe'
const RARE = 'needs a file system, a git or a hook that fails in the middle'

/** Sentences that these rooms do not print: a part of file and text, and why. */
export const ELSEWHERE: readonly (readonly [text: string, why: string])[] = [
  ['rally plugins install', PLUGINS],
  ['rally plugins update', PLUGINS],
  ['rally plugins uninstall', PLUGINS],
  ['rally plugins link', PLUGINS],
  ['rally plugins shows what is', PLUGINS],
  ['rally relay', SERVER],
  ['transport-nats/src/failures.ts', SERVER],
  ['hook-changes.ts  (rally mcp', FILES],
  ['rally buildloop register *', FILES],
  ['Made by: rally hooks install --allow', FILES],
  ['guard-script.ts', FILES],
  ['inspect-hosts.ts rally hooks uninstall --host * --scope *', PLUGINS],
  ['judge-run.ts rally hooks uninstall --host * --scope *', PLUGINS],
  ['mcp/src/', SERVER],
  ['inspect-mcp.ts', SERVER],
  ['board/src/', BOARD],
  ['the server rally mcp', FILES],
  ['tells whether they are in place', PLAYED],
  ['the claims themselves were changed', RARE],
  ['the seat itself was changed', RARE],
  ['git did not answer in time', RARE],
  ['rally needs flock(2)', RARE],
  ['check its permissions: rally doctor', RARE],
  ['silences hooks until this is mended', RARE],
  ['rally hooks status shows what switched them off', RARE],
  ['rally doctor shows more', RARE],
  ['shows how long hooks took', RARE],
  ['says which room it is, and why', RARE],
  ['rally help nats', SERVER],
]
