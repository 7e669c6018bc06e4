import type { HookTrustRule } from '@rally/core/ports/host'

export const SETTINGS = { path: '.codex/config.toml', dialect: 'toml' } as const

/**
 * What Codex 0.169.0 itself answers for these very entries (`hooks/list` of its app server): SHA-256 of the definition as JSON
 * with sorted keys. A test computes them again, so that a changed entry cannot keep an old hash.
 */
const HASHES = {
  SessionStart: 'sha256:8735fb96d8970586b10bb2412090299f9ef98244ca9d0d264353a1faa4149d06',
  UserPromptSubmit: 'sha256:9fc95880f1330b3ace126b6f48f528092ea57fb71c979ebac4909562863be64e',
  PreToolUse: 'sha256:4c170ede8990b68fadaedd1291d9403c8cd83c5110782eb053d19c949eed21ce',
  Stop: 'sha256:bb351292360bd28c6995e04ca4db00865281dc0fa33a0a0d8e1d20b4e04d0b58',
  Interrupt: 'sha256:65aa0ab57ae206bcc38621b01b1d905569ef1d798f2ed5d66435f295c5cc8c5e',
  SubagentStart: 'sha256:f70e9fc8ef3b4324d765604924e71bd2061f4662917da5e7e8e55a7c60ea9069',
  SubagentStop: 'sha256:9e136656757a2a52d9e15158ea9f25ccf3646b3f335f01de39b7c09c6ba90132',
  SessionEnd: 'sha256:983c4ba1b0968da38cddc8da4982c2db278c8a6b9410892b32860f18ad1411fd',
} as const

/** Kept per entry, by its file, event and position; the hash covers the definition, so that an unchanged command stays trusted. */
export const HOOK_TRUST: HookTrustRule = {
  ...SETTINGS,
  homeVariable: 'CODEX_HOME',
  at: ['hooks', 'state', '{file}:{event_snake}:{group}:{handler}', 'trusted_hash'],
  perEntry: true,
  values: HASHES,
  step: 'Start codex, type /hooks and trust the rally entries; until then `codex exec` skips them without a word.',
}

export const PROJECT_TRUST: HookTrustRule = {
  ...SETTINGS,
  homeVariable: 'CODEX_HOME',
  at: ['projects', '{repo}', 'trust_level'],
  accepts: ['trusted'],
  step: 'Trust this project when codex asks; it loads no .codex folder of a project that is not trusted.',
}
