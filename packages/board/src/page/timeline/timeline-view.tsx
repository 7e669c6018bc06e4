import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { KeyedEntry } from '../../stream/room-news.js'
import type { Room } from '../use-room.js'
import { clock, hasWords, sentence } from '../words.js'
import { type Drawing, draw, LANE, TOP } from './draw.js'
import { findMark } from './find-mark.js'
import { startOf } from './history.js'
import { makeScene } from './scene.js'
import { useSize } from './use-size.js'
import { nextEntry } from './walk.js'
import { follow, lastSecs, pan, SPANS, type Window, zoom } from './window.js'

const NAMES = 120
const NARROW_NAMES = 84

/** The timeline, drawn: a lane for each agent; wheel, drag and keys move it. */
export function TimelineView({
  room,
  search,
  show,
}: {
  readonly room: Room
  readonly search: string
  readonly show: (entry: KeyedEntry) => void
}) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, palette, scale } = useSize(canvas)
  const [window, setWindow] = useState<Window>(() => lastSecs(3600, room.now))
  const [focus, setFocus] = useState<KeyedEntry>()
  const [hover, setHover] = useState<{ readonly entry: KeyedEntry; readonly x: number; readonly y: number }>()
  const { news, history, tasks, version, now } = room
  const shown = follow(window, now)
  const person = news?.person ?? ''
  const picture = news?.picture
  const scene = useMemo(
    () => (picture === undefined ? undefined : makeScene({ history, tasks, picture, person, now })),
    // `version` stands for what is in `history`.
    [history, tasks, picture, person, version, now],
  )
  const left = width < 600 ? NARROW_NAMES : NAMES
  const wanted =
    search.trim() === ''
      ? undefined
      : (entry: KeyedEntry) => hasWords(search, entry.by, entry.to, entry.text, entry.kind, ...entry.files)
  const drawing: Drawing | undefined =
    scene === undefined ? undefined : { scene, history, window: shown, width, now, palette, wanted, focus, left }
  const height = TOP + Math.max(1, scene?.lanes.length ?? 1) * LANE + 6

  useEffect(() => room.reach(shown.start), [shown.start, room.reach])
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context || drawing === undefined || width === 0) return
    context.setTransform(scale, 0, 0, scale, 0, 0)
    const marks = draw(context, drawing)
    if (canvas.current !== null) canvas.current.dataset.marks = String(marks)
  })

  // A young room is shown as large as it is.
  const isLoaded = Number.isFinite(history.since)
  useEffect(() => {
    const oldest = history.entries[0]
    const isYoung = oldest !== undefined && room.now - startOf(oldest) < 280
    if (isLoaded && isYoung) setWindow((known) => (known.live ? lastSecs(300, room.now) : known))
  }, [isLoaded])

  const middle = (shown.start + shown.end) / 2
  const move = (next: Window) => {
    setHover(undefined)
    setWindow(next)
  }
  const select = (entry: KeyedEntry | undefined) => {
    if (entry === undefined) return
    setFocus(entry)
    const at = startOf(entry)
    const span = shown.end - shown.start
    if (at < shown.start || at > shown.end) move(pan(shown, at - shown.start - span / 2, now))
  }
  const keys = (event: KeyboardEvent) => {
    const span = shown.end - shown.start
    const doing: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => select(nextEntry(history, focus, { step: -1, scene, start: shown.end })),
      ArrowRight: () => select(nextEntry(history, focus, { step: 1, scene, start: shown.start })),
      PageUp: () => move(pan(shown, -span / 2, now)),
      PageDown: () => move(pan(shown, span / 2, now)),
      '+': () => move(zoom(shown, { factor: 0.5, at: middle, now })),
      '=': () => move(zoom(shown, { factor: 0.5, at: middle, now })),
      '-': () => move(zoom(shown, { factor: 2, at: middle, now })),
      End: () => move(lastSecs(span, now)),
      Enter: () => focus && show(focus),
      Escape: () => setFocus(undefined),
    }
    const action = doing[event.key]
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    action()
  }
  const place = (event: MouseEvent) => {
    const box = canvas.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  const drag = useRef<{ x: number; window: Window; moved: boolean }>(undefined)
  const secsPerPixel = (shown.end - shown.start) / Math.max(1, width - left)

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    // Not a prop: the page must not scroll meanwhile, and listeners of props may not say so.
    const wheel = (event: WheelEvent) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey
      if (!sideways && !event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      const { x } = place(event)
      if (sideways) move(pan(shown, (event.deltaX || event.deltaY) * secsPerPixel, now))
      else move(zoom(shown, { factor: 1.2 ** (event.deltaY / 40), at: shown.start + (x - left) * secsPerPixel, now }))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  })

  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <header class="panel-head">
        <h2 id="timeline-title">Timeline</h2>
        <fieldset class="spans" aria-label="How much time is shown">
          {SPANS.map(({ label, secs }) => (
            <button
              key={secs}
              type="button"
              aria-pressed={shown.live && Math.abs(shown.end - shown.start - secs) < 1}
              onClick={() => move(lastSecs(secs, now))}
            >
              {label}
            </button>
          ))}
          <button
            type="button"
            aria-label="Show more time"
            onClick={() => move(zoom(shown, { factor: 2, at: middle, now }))}
          >
            −
          </button>
          <button
            type="button"
            aria-label="Show less time"
            onClick={() => move(zoom(shown, { factor: 0.5, at: middle, now }))}
          >
            +
          </button>
          <button
            type="button"
            aria-label="Earlier"
            onClick={() => move(pan(shown, (shown.start - shown.end) / 2, now))}
          >
            ‹
          </button>
          <button type="button" disabled={shown.live} onClick={() => move(lastSecs(shown.end - shown.start, now))}>
            Now
          </button>
        </fieldset>
      </header>
      <div
        class="lanes"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys
        tabIndex={0}
        role="application"
        aria-label="Timeline. Left and right: one event earlier or later. Enter: its record. Plus and minus: less or more time. Page up and down: earlier or later. End: now."
        aria-describedby="timeline-focus"
        onKeyDown={keys}
      >
        <ul class="lane-names" aria-label="Lanes">
          {(scene?.lanes ?? []).map((name) => (
            <li key={name}>
              <bdi>{name}</bdi>
            </li>
          ))}
        </ul>
        <canvas
          ref={canvas}
          class="canvas"
          data-events={history.entries.length}
          height={height * scale}
          width={width * scale}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, window: shown, moved: false }
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={(event) => {
            const held = drag.current
            if (held !== undefined && Math.abs(event.clientX - held.x) > 3) held.moved = true
            if (held?.moved) return move(pan(held.window, (held.x - event.clientX) * secsPerPixel, now))
            const at = place(event)
            const entry = drawing && findMark(drawing, at)
            setHover(entry && { entry, ...at })
          }}
          onPointerUp={(event) => {
            const held = drag.current
            drag.current = undefined
            const entry = held?.moved || drawing === undefined ? undefined : findMark(drawing, place(event))
            if (entry === undefined) return
            setFocus(entry)
            show(entry)
          }}
          onPointerLeave={() => setHover(undefined)}
        />
        {hover && <Hint {...hover} width={width} />}
      </div>
      <footer class="panel-foot">
        <output id="timeline-focus" aria-live="polite">
          {focus === undefined ? '' : sentence(focus)}
        </output>
        <ul class="legend" aria-label="What is drawn">
          {['edit', 'message', 'claim', 'collision', 'told', 'record'].map((kind) => (
            <li key={kind} class={`key-${kind}`}>
              {kind}
            </li>
          ))}
        </ul>
      </footer>
    </section>
  )
}

function Hint({ entry, x, y, width }: { entry: KeyedEntry; x: number; y: number; width: number }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // The policy allows no style in the markup; a script may set one.
    place.current?.style.setProperty('left', `${Math.max(0, Math.min(x + 10, width - 260))}px`)
    place.current?.style.setProperty('top', `${y + 16}px`)
  }, [x, y, width])
  return (
    <div class="hint" ref={place} aria-hidden="true">
      <bdi>{sentence(entry)}</bdi>
      <time>{clock(startOf(entry))}</time>
    </div>
  )
}
