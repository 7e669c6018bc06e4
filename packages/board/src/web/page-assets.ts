import style from '../page/page.css.txt'
import document from '../page/page.html.txt'
import script from '../page/page.js.txt'

/** What the page consists of, by the name in its folder; the empty name is the document. */
export const PAGE_ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  '': { type: 'text/html; charset=utf-8', text: document },
  'page.js': { type: 'text/javascript; charset=utf-8', text: script },
  'page.css': { type: 'text/css; charset=utf-8', text: style },
}
