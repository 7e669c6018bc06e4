import type { KeyedEntry } from '../../stream/room-news.js'
import { type History, startOf } from './history.js'
import type { Scene, Span } from './scene.js'
import { ticks, type Window } from './window.js'

export const LANE = 40
export const TOP = 24
const TICK_EVERY = 110

/** The colours of the style sheet. */
export type Palette = Readonly<
  Record<
    'text' | 'faint' | 'line' | 'task' | 'edit' | 'message' | 'claim' | 'collision' | 'told' | 'record' | 'focus',
    string
  >
>

/** What to draw, and where. */
export interface Drawing {
  readonly scene: Scene
  readonly history: History
  readonly window: Window
  readonly width: number
  readonly now: number
  readonly palette: Palette
  /** Entries that are looked for; the others are faint. */
  readonly wanted: ((entry: KeyedEntry) => boolean) | undefined
  readonly focus: KeyedEntry | undefined
  /** Left edge of what moves: names stand before it. */
  readonly left: number
}

/** The middle of a lane. */
const laneY = (lane: number): number => TOP + lane * LANE + LANE / 2

export function xOf({ window, width, left }: Pick<Drawing, 'window' | 'width' | 'left'>, at: number): number {
  return left + ((at - window.start) / (window.end - window.start)) * (width - left)
}

/** Draws what is visible, and nothing twice on one pixel; answers how many marks that were. */
export function draw(to: CanvasRenderingContext2D, drawing: Drawing): number {
  const { scene, width, palette, left, now, window } = drawing
  const height = TOP + scene.lanes.length * LANE + 6
  to.clearRect(0, 0, width, height)
  to.font = '12px system-ui, sans-serif'
  to.textBaseline = 'middle'
  drawGrid(to, drawing, height)
  to.save()
  to.beginPath()
  to.rect(left, 0, width - left, height)
  to.clip()
  for (const span of scene.tasks) drawTask(to, drawing, span)
  drawBands(to, drawing, { spans: scene.claims, color: palette.claim, y: 14 })
  drawBands(to, drawing, { spans: scene.collisions, color: palette.collision, y: -18 })
  const marks = drawMarks(to, drawing)
  if (now >= window.start && now <= window.end) {
    to.fillStyle = palette.focus
    to.fillRect(xOf(drawing, now), TOP - 4, 1, height - TOP)
  }
  if (drawing.focus !== undefined) drawFocus(to, drawing, drawing.focus)
  to.restore()
  return marks
}

function drawGrid(to: CanvasRenderingContext2D, drawing: Drawing, height: number): void {
  const { scene, width, palette, left, window } = drawing
  to.fillStyle = palette.line
  for (let lane = 0; lane <= scene.lanes.length; lane += 1) to.fillRect(0, TOP + lane * LANE, width, 1)
  for (const { at, label } of ticks(window, Math.max(2, (width - left) / TICK_EVERY))) {
    const x = xOf(drawing, at)
    to.fillStyle = palette.line
    to.fillRect(x, TOP - 6, 1, height - TOP + 6)
    to.fillStyle = palette.faint
    if (x + 40 < width) to.fillText(label, x + 4, TOP / 2)
  }
}

function drawTask(to: CanvasRenderingContext2D, drawing: Drawing, { lane, start, end, label }: Span): void {
  const [x, right] = visible(drawing, start, end)
  if (right <= x) return
  const y = laneY(lane)
  to.fillStyle = drawing.palette.task
  to.fillRect(x, y - 14, Math.max(1, right - x), 27)
  if (label === '' || right - x < 60) return
  to.save()
  to.beginPath()
  to.rect(x, y - 14, right - x - 4, 20)
  to.clip()
  to.fillStyle = drawing.palette.faint
  to.fillText(label, x + 6, y - 5)
  to.restore()
}

const BAND = 3

/** What can be seen of stretches of time, those of a lane that touch as one. */
function drawBands(
  to: CanvasRenderingContext2D,
  drawing: Drawing,
  { spans, color, y }: { readonly spans: readonly Span[]; readonly color: string; readonly y: number },
): void {
  const seen = spans.flatMap(({ lane, start, end }) => {
    const [x, right] = visible(drawing, start, end)
    return right < x ? [] : [{ lane, x, right: Math.max(x + 2, right) }]
  })
  to.fillStyle = color
  let open: (typeof seen)[number] | undefined
  const close = () => open && to.fillRect(open.x, laneY(open.lane) + y, open.right - open.x, BAND)
  for (const one of seen.sort((a, b) => a.lane - b.lane || a.x - b.x)) {
    if (open?.lane === one.lane && one.x <= open.right + 1) open = { ...open, right: Math.max(open.right, one.right) }
    else {
      close()
      open = one
    }
  }
  close()
}

function visible(drawing: Drawing, start: number, end: number): readonly [number, number] {
  return [Math.max(drawing.left, xOf(drawing, start)), Math.min(drawing.width, xOf(drawing, end))]
}

/** More marks are not drawn: where there would be more, each stands for its neighbours, too. */
const MOST_MARKS = 6000
const KINDS = ['record', 'message', 'edit', 'claim', 'told', 'arrival']

/** Marks that begin within the window; an edit that began before it and goes on is covered by its task's bar. */
function drawMarks(to: CanvasRenderingContext2D, drawing: Drawing): number {
  const { history, window, scene, wanted, width, left } = drawing
  const drawn = new Set<number>()
  const [from, end] = [history.indexAt(window.start), history.indexAt(window.end)]
  const isDense = end - from > MOST_MARKS
  const step = isDense ? Math.ceil(((width - left) * scene.lanes.length * 3) / MOST_MARKS) : 1
  const marks = new Map<string, Mark[]>()
  for (let at = from; at < end; at += 1) {
    const entry = history.entries[at]
    const lane = entry === undefined ? undefined : scene.laneOf.get(entry.by)
    if (entry === undefined || lane === undefined || lane < 0) continue
    const x = Math.round(xOf(drawing, startOf(entry)) / step) * step
    const isFaint = wanted !== undefined && !wanted(entry)
    const place = ((x * 64 + lane) * 8 + KINDS.indexOf(entry.type)) * 2 + (isFaint ? 1 : 0)
    if (drawn.has(place)) continue
    drawn.add(place)
    const look = `${isFaint ? 'faint' : 'clear'} ${lookOf(entry)}`
    const alike = marks.get(look) ?? []
    marks.set(look, alike)
    alike.push({ entry, x, y: laneY(lane) })
  }
  // What looks alike is drawn together: a change of colour costs more than a mark.
  for (const [look, alike] of marks) {
    const [clarity, kind] = look.split(' ')
    to.globalAlpha = clarity === 'faint' ? 0.12 : 1
    to.fillStyle = drawing.palette[isLook(kind) ? kind : 'faint']
    for (const mark of alike) drawMark(to, drawing, mark, isDense)
  }
  to.globalAlpha = 1
  return drawn.size
}

const LOOKS = ['record', 'message', 'edit', 'claim', 'told'] as const
type Look = (typeof LOOKS)[number]

function isLook(word: string | undefined): word is Look {
  return LOOKS.some((look) => look === word)
}

function lookOf({ type, kind }: KeyedEntry): Look | 'arrival' {
  return kind === 'handoff' ? 'message' : type
}

interface Mark {
  readonly entry: KeyedEntry
  readonly x: number
  readonly y: number
}

function drawMark(to: CanvasRenderingContext2D, drawing: Drawing, { entry, x, y }: Mark, isDense: boolean): void {
  const look = lookOf(entry)
  if (look === 'edit') {
    const width = Math.max(3, xOf(drawing, entry.until ?? startOf(entry)) - x)
    to.fillRect(x - 1, y + 3, Math.min(width, drawing.width), 8)
  } else if (look === 'message') drawArrow(to, drawing, { entry, x, y }, isDense)
  else if (look === 'told') to.fillRect(x - 2, y + 15, 4, 4)
  else if (look === 'arrival') to.fillRect(x, y - 14, 2, 27)
  else if (look === 'record') to.fillRect(x - 2, y - 2, 5, 5)
}

/** From the lane of who wrote to the lane of whom it is for; to everybody: up and down a little. Where many are, the start alone. */
function drawArrow(to: CanvasRenderingContext2D, { scene }: Drawing, { entry, x, y }: Mark, isDense: boolean): void {
  to.fillRect(x - 3, y - 3, 6, 6)
  if (isDense) return
  const lane = entry.to === null ? undefined : scene.laneOf.get(entry.to)
  if (lane === undefined || lane < 0) {
    to.fillRect(x - 1, y - 13, 1.5, 26)
    return
  }
  const end = laneY(lane)
  const way = Math.sign(end - y)
  to.fillRect(x - 1, Math.min(y, end), 1.5, Math.abs(end - y))
  to.beginPath()
  to.moveTo(x - 4, end - way * 8)
  to.lineTo(x + 4, end - way * 8)
  to.lineTo(x, end)
  to.fill()
}

function drawFocus(to: CanvasRenderingContext2D, drawing: Drawing, entry: KeyedEntry): void {
  const lane = drawing.scene.laneOf.get(entry.by)
  if (lane === undefined || lane < 0) return
  to.strokeStyle = drawing.palette.focus
  to.lineWidth = 2
  const end = Math.max(xOf(drawing, entry.until ?? startOf(entry)), xOf(drawing, startOf(entry)) + 6)
  const x = xOf(drawing, startOf(entry))
  to.strokeRect(x - 6, laneY(lane) - 17, end - x + 10, 35)
}
