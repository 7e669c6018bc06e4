import type { HostsRecordOutput } from '@rally/core/model/outputs/hosts-record'

/** `moment` is undefined where the host's plugin makes nothing of the payload, `path` null where nothing was written. */
export function toJson({
  redacted,
  moment,
  ...recorded
}: Pick<HostsRecordOutput, 'host' | 'event' | 'fixture' | 'path'> & {
  readonly redacted: Iterable<string>
  readonly moment: string | undefined
}): HostsRecordOutput {
  return { ...recorded, redacted: [...redacted], moment: moment ?? null }
}

/** The fixture, unless it was written to a file. */
export function toText({ path, fixture }: HostsRecordOutput): string {
  return path === null ? JSON.stringify(fixture, null, 2) : ''
}
