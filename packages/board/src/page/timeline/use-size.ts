import type { RefObject } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Palette } from './draw.js'

const NAMES = [
  'text',
  'faint',
  'line',
  'task',
  'edit',
  'message',
  'claim',
  'collision',
  'told',
  'record',
  'focus',
] as const

/** Width of a canvas in the page's pixels, how many of the screen's there are to one, and the colours that hold now. */
export function useSize(canvas: RefObject<HTMLCanvasElement | null>): {
  width: number
  scale: number
  palette: Palette
} {
  const [width, setWidth] = useState(0)
  const [palette, setPalette] = useState(readPalette)
  useEffect(() => {
    const frame = canvas.current?.parentElement
    if (!frame) return
    const observer = new ResizeObserver(() => setWidth(Math.floor(frame.clientWidth)))
    observer.observe(frame)
    const dark = matchMedia('(prefers-color-scheme: dark)')
    const change = () => setPalette(readPalette())
    dark.addEventListener('change', change)
    return () => {
      observer.disconnect()
      dark.removeEventListener('change', change)
    }
  }, [canvas])
  return { width, palette, scale: Math.max(1, globalThis.devicePixelRatio || 1) }
}

function readPalette(): Palette {
  // A variable may be two colours; what an element gets is the one that holds.
  const probe = document.createElement('i')
  document.body.append(probe)
  const color = (name: string) => {
    probe.style.setProperty('color', `var(--${name})`)
    return getComputedStyle(probe).color
  }
  const [text, faint, line, task, edit, message, claim, collision, told, record, focus] = NAMES.map(color)
  probe.remove()
  return {
    text: text ?? '',
    faint: faint ?? '',
    line: line ?? '',
    task: task ?? '',
    edit: edit ?? '',
    message: message ?? '',
    claim: claim ?? '',
    collision: collision ?? '',
    told: told ?? '',
    record: record ?? '',
    focus: focus ?? '',
  }
}
