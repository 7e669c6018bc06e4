import { describe, expect, it } from 'vitest'
import { PLAIN_STYLE } from '../../terminal.js'
import { toText } from './why.js'

const NOW = 1_795_000_000
const CLEAR = { status: 'clear' as const, because: [] }

function told(moment: string): string {
  const telling = {
    ...{ at: NOW - 5, session: 's1', name: 'claude-1', moment, reasons: ['collision'], files: ['a.txt'] },
    ...{ peers: [], text: 'codex-1 is editing a.txt' },
  }
  const why = { verdict: CLEAR, tellings: [telling], explanations: [] } as never
  return toText(why, { style: PLAIN_STYLE, now: NOW })
}

describe('what an agent was told, and when', () => {
  it.each([
    ['session-start', 'at its start'],
    ['prompt', 'with a prompt'],
    ['before-edit', 'before an edit'],
    ['after-edit', 'after an edit'],
    ['turn-end', 'at the end of its turn'],
    ['pre-commit', 'before a commit'],
    ['child-start', 'at child start'],
  ])('%s is said as "%s"', (moment, words) => {
    expect(told(moment)).toContain(`claude-1 was told about a.txt ${words} (collision), 5s ago:`)
  })

  it('is that nothing was, where nothing was', () => {
    const text = toText({ verdict: CLEAR, tellings: [], explanations: [] }, { style: PLAIN_STYLE, now: NOW })
    expect(text).toContain('no warning about this was given')
  })
})
