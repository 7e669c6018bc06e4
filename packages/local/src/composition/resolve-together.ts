import type { CoordinationPort } from '@rally/core/ports/coordination'
import type { RunIdentityPort } from '@rally/core/ports/run-identity'

/**
 * Several suppliers of a run as one port: the run of a folder is the first that one of them knows; a new one is started by the
 * first of them. Undefined when nobody supplies runs.
 */
export function joinRunIdentities(suppliers: readonly RunIdentityPort[]): RunIdentityPort | undefined {
  const [first, ...others] = suppliers
  if (!first || others.length === 0) return first
  const ownerOf = async (workdir: string) => {
    for (const supplier of suppliers) if (await supplier.read(workdir)) return supplier
    return undefined
  }
  return {
    read: async (workdir) => (await ownerOf(workdir))?.read(workdir),
    generateOrResume: async (request) => ((await ownerOf(request.workdir)) ?? first).generateOrResume(request),
  }
}

/** Several suppliers of the coordination file as one port: the first file that one of them finds. */
export function joinCoordinations(suppliers: readonly CoordinationPort[]): CoordinationPort | undefined {
  const [first, ...others] = suppliers
  if (!first || others.length === 0) return first
  return {
    async locate(workdir) {
      for (const supplier of suppliers) {
        const found = await supplier.locate(workdir)
        if (found) return found
      }
      return undefined
    },
  }
}
