import type { KeyedEntry } from '../../stream/room-news.js'
import { type Drawing, LANE, TOP, xOf } from './draw.js'
import { startOf } from './history.js'

const REACH = 6

/** The entry whose mark is nearest to a place on the canvas, if one is near. */
export function findMark(
  drawing: Drawing,
  { x, y }: { readonly x: number; readonly y: number },
): KeyedEntry | undefined {
  const { window, width, left, history } = drawing
  const perPixel = (window.end - window.start) / (width - left)
  const at = window.start + (x - left) * perPixel
  const lane = Math.floor((y - TOP) / LANE)
  let best: { readonly entry: KeyedEntry; readonly far: number } | undefined
  const end = history.indexAt(at + REACH * perPixel)
  // An edit that goes on may have begun earlier.
  const begin = history.indexAt(Math.min(at - REACH * perPixel, at - 600))
  for (let index = begin; index < end; index += 1) {
    const entry = history.entries[index]
    if (entry === undefined || !isOn(entry, lane, drawing)) continue
    const [from, to] = [xOf(drawing, startOf(entry)), xOf(drawing, entry.until ?? startOf(entry))]
    const far = x < from ? from - x : x > to ? x - to : 0
    if (far <= REACH && (best === undefined || far <= best.far)) best = { entry, far }
  }
  return best?.entry
}

function isOn(entry: KeyedEntry, lane: number, { scene }: Drawing): boolean {
  const own = scene.laneOf.get(entry.by)
  if (own === undefined) return false
  if (own === lane) return true
  // The arrow of a message crosses lanes.
  const other = entry.type === 'message' && entry.to !== null ? scene.laneOf.get(entry.to) : undefined
  return other !== undefined && lane >= Math.min(own, other) && lane <= Math.max(own, other)
}
