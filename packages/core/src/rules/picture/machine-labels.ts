import type { PictureAgent, RoomPicture } from '../../model/room-picture.js'
import { nameElsewhere } from '../roster/shown-names.js'

/** What of a picture says who is where. */
export interface Places {
  readonly room: Pick<RoomPicture['room'], 'machine'>
  readonly agents: readonly Pick<PictureAgent, 'machine' | 'state'>[]
}

/** Whether an agent runs on the machine of who looks. One that names no machine was written down here: a relay names each. */
export function runsHere({ machine }: Pick<PictureAgent, 'machine'>, room: Places['room']): boolean {
  return machine === null || room.machine === null || machine === room.machine
}

/**
 * What each machine is called beside its agents, by the name it has in the picture; empty while everybody is on the machine of
 * who looks. The first word of its name, without the digits that a relay adds, unless two would be called alike.
 */
export function machineLabels({ room, agents }: Places): ReadonlyMap<string, string> {
  const here = agents.filter(({ state }) => state !== 'gone').map(({ machine }) => machine)
  const seen = new Set([room.machine, ...here].filter((machine) => machine !== null))
  if (seen.size < 2) return new Map()
  const machines = new Set([...seen, ...agents.flatMap(({ machine }) => machine ?? [])])
  const short = new Map([...machines].map((machine) => [machine, nameElsewhere('', machine).slice(1) || machine]))
  const count = (label: string) => [...short.values()].filter((one) => one === label).length
  return new Map([...short].map(([machine, label]) => [machine, count(label) === 1 ? label : machine]))
}

/** The machine of an agent, where it is worth a word and its name does not say it already. */
export function machineBeside(
  { name, machine }: Pick<PictureAgent, 'name' | 'machine'>,
  labels: ReadonlyMap<string, string>,
): string | null {
  const label = machine === null ? undefined : labels.get(machine)
  if (machine === null || label === undefined) return null
  const isSaid = [label, machine, nameElsewhere('', machine).slice(1)].some((word) => name.endsWith(`@${word}`))
  return isSaid ? null : label
}
