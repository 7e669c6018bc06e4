import type { HostPayload } from './host-definition.js'

/** The file that an edit names: the first of these fields that holds a text; undefined where none does. */
export function fileOf(
  { api }: Pick<HostPayload, 'api'>,
  input: HostPayload['payload'],
  ...fields: readonly string[]
): readonly string[] | undefined {
  const path = fields.map((field) => api.str(input[field])).find((text) => text !== '')
  return path === undefined ? undefined : [path]
}
