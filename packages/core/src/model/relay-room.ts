import { z } from 'zod'

/** `relay.json` in a channel folder: this channel is replicated, under which name, as whom. */
export const relayRoomSchema = z.looseObject({
  schema: z.literal('rally.relay/1'),
  /** Name of the room on the server. */
  key: z.string(),
  /** Where the name came from. */
  key_source: z.enum(['configuration', 'origin']),
  machine: z.string(),
  /** This folder's series of records; a folder that is made again gets another one. */
  epoch: z.string(),
  /** Host and port of the server, without credentials. */
  server: z.string(),
  prefix: z.string(),
  /** The URL that `rally relay --to` named for the last relay of this channel; absent when it came from the configuration, which may hold secrets. */
  to: z.string().optional(),
  since: z.number(),
  /** Set by `rally relay --detach`: not relayed any more, leases are decided on this machine again. */
  detached: z.boolean().optional(),
  /** Set by `rally relay --attach`, until a relay has taken the channel up: leases held here are taken to the server. */
  attached: z.boolean().optional(),
})
export type RelayRoom = z.infer<typeof relayRoomSchema>

/** How a relayed channel stands; part of the relay's status file. */
export const relayChannelStatusSchema = z.looseObject({
  app: z.string(),
  key: z.string().nullable(),
  state: z.enum(['starting', 'current', 'behind', 'offline', 'waiting', 'refused']),
  /** Records of this machine that the server does not have yet; null when that is not known. */
  waiting_out: z.number().int().nullable(),
  /** Messages of this machine that the server does not have yet. */
  waiting_messages: z.number().int().nullable(),
  exported: z.number().int(),
  imported: z.number().int(),
  /** Epoch seconds of the last moment at which both sides agreed. */
  current_at: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }).nullable(),
})
export type RelayChannelStatus = z.infer<typeof relayChannelStatusSchema>

/** What a running relay says of itself, in a file of the apps root. */
export const relayStatusSchema = z.looseObject({
  schema: z.literal('rally.relay-status/1'),
  pid: z.number().int(),
  machine: z.string(),
  server: z.string(),
  prefix: z.string(),
  connected: z.boolean(),
  started_at: z.number(),
  written_at: z.number(),
  channels: z.array(relayChannelStatusSchema),
})
export type RelayStatus = z.infer<typeof relayStatusSchema>
