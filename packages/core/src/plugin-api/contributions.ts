import type { CoordinationPort } from '../ports/coordination.js'
import type { RunIdentityPort, RunIdentityTools } from '../ports/run-identity.js'
import type { TransportPluginFactory } from '../ports/transport-plugin.js'
import type { CONTRIBUTION_TOKENS, COORDINATION, RUN_IDENTITY, TRANSPORT } from '../tokens.js'

/** The version of what rally hands to a plugin's `register` file. */
export const REGISTER_API = 1

/** A transport by its name. Its code is loaded when a channel or a relay asks for it. */
export interface TransportSupply {
  /** `nats` */
  readonly transport: string
  load(): Promise<TransportPluginFactory>
}

/**
 * What a plugin may register, by token: what the factory makes. Several plugins may register the same token; what they
 * registered is resolved together (`docs/reference/plugin-tokens.md` says how for each).
 */
export interface Contributions {
  readonly [RUN_IDENTITY]: RunIdentityPort
  readonly [COORDINATION]: CoordinationPort
  readonly [TRANSPORT]: TransportSupply
}

/** What a factory gets from rally, so that it needs no import at run time. */
export type ContributionTools = RunIdentityTools

/** What `register` makes of a token: typed for those that rally resolves; a token of another plugin is that plugin's affair. */
export type Contributed<Token extends symbol> = Token extends keyof Contributions ? Contributions[Token] : unknown

/** What rally hands to a plugin's `register` file. */
export interface RegisterApi {
  readonly api: typeof REGISTER_API
  /** The tokens that rally resolves; `Symbol.for('rally:port/…')`, so that any copy of this package names the same. */
  readonly tokens: typeof CONTRIBUTION_TOKENS
  /**
   * Adds to what rally resolves. The factory runs when the first command asks for it, once for a process, and must not do
   * anything else when it is registered.
   */
  register<Token extends symbol>(token: Token, factory: (tools: ContributionTools) => Contributed<Token>): void
}

/**
 * What a plugin's `register` file exports (`"rally": {"api": 1, "register": "./dist/register.cjs"}`). A plugin that throws here
 * is named by `rally doctor` and left out, with all that it registered.
 */
export type PluginRegister = (api: RegisterApi) => void

/** A plugin whose contributions are not used. */
export interface RefusedContribution {
  readonly plugin: string
  /** A sentence for people, one line. */
  readonly reason: string
}
