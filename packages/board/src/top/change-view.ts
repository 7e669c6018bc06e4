import { listAgents } from './rows.js'
import type { Known, View } from './view.js'

/** Lines that a page of the timeline has. */
const PAGE = 10

/** What a key makes of the view; undefined where it is no key of the view. `known` is what is on the screen. */
export function changeView(view: View, key: string | undefined, known: Known): View | undefined {
  switch (key) {
    case 'j':
    case 'down':
      return select(view, known, (at) => at + 1)
    case 'k':
    case 'up':
      return select(view, known, (at) => at - 1)
    case 'g':
    case 'home':
      return select(view, known, () => 0)
    case 'G':
      return select(view, known, () => Number.POSITIVE_INFINITY)
    case 'pageUp':
      return { ...view, back: Math.min(view.back + PAGE, Math.max(0, known.timeline.length - 1)) }
    case 'pageDown':
      return { ...view, back: Math.max(0, view.back - PAGE) }
    case 'end':
      return { ...view, back: 0 }
    case 'a':
      return { ...view, all: !view.all }
    case 'enter':
    case 'tab':
      return { ...view, detail: !view.detail }
    case '?':
      return { ...view, help: !view.help }
    case 'escape':
      return view.help ? { ...view, help: false } : { ...view, filter: '', detail: false, back: 0 }
    default:
      return undefined
  }
}

/** The view with somebody selected who is listed: the same agent as before, else the one that stands where it stood. */
export function keepSelection(view: View, known: Known, before: Known | undefined): View {
  const list = listAgents(known.news.picture, view).map(({ agent }) => agent.session_id)
  if (view.selected !== undefined && list.includes(view.selected)) return view
  const old = before === undefined ? [] : listAgents(before.news.picture, view).map(({ agent }) => agent.session_id)
  const at = Math.max(0, old.indexOf(view.selected ?? ''))
  return { ...view, selected: list[Math.min(at, list.length - 1)] }
}

function select(view: View, { news }: Known, to: (at: number) => number): View {
  const list = listAgents(news.picture, view)
  const at = list.findIndex(({ agent }) => agent.session_id === view.selected)
  const next = Math.max(0, Math.min(list.length - 1, to(at)))
  return { ...view, selected: list[next]?.agent.session_id }
}
