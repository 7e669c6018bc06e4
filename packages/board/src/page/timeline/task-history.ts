import type { RoomPicture } from '@rally/core/model/room-picture'

/** A task of an agent, from the moment that this page heard of it; `end` is missing while it lasts. */
export interface TaskSpan {
  readonly task: string
  readonly start: number
  end?: number
}

const MOST_PER_AGENT = 200

/** Which task each agent had when, by name: what the pictures said since the page was opened. */
export class TaskHistory {
  readonly #spans = new Map<string, TaskSpan[]>()

  of(name: string): readonly TaskSpan[] {
    return this.#spans.get(name) ?? []
  }

  note({ agents, room }: RoomPicture): void {
    const here = new Set<string>()
    for (const { name, task, state } of agents) {
      if (state === 'gone' || state === 'silent') continue
      here.add(name)
      const spans = this.#spans.get(name) ?? []
      this.#spans.set(name, spans)
      const last = spans.at(-1)
      if (last !== undefined && last.end === undefined && last.task === task) continue
      if (last !== undefined) last.end ??= room.at
      spans.push({ task, start: room.at })
      if (spans.length > MOST_PER_AGENT) spans.shift()
    }
    for (const [name, spans] of this.#spans) {
      const last = spans.at(-1)
      if (!here.has(name) && last !== undefined) last.end ??= room.at
    }
  }
}
