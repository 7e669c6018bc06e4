import { describe, expect, it } from 'vitest'
import { judgeProbe, modelWords } from './judge-probe.js'

const words = { 'session-start': 'walnut-1', prompt: 'harbour-2', 'before-edit': 'lantern-3', 'turn-end': 'copper-5' }
const context = ['session-start', 'prompt', 'before-edit']
const fact = (moment: string, found: readonly string[] = [], said = true) => ({
  ...{ moment, event: moment.toUpperCase(), said, found },
})
const judge = (more: object) =>
  judgeProbe({ words, facts: [], transcripts: [], answer: '', names: [], context, ...more }).map(
    ({ moment, back, kept }) => `${moment}: ${back.join(' ') || '-'}${kept ? ' kept' : ''}`,
  )

/** Conversations as hosts keep them, with the words as a hook's output, and as the model's own. */
const KEPT = {
  'lines of messages': [
    '{"type":"attachment","attachment":{"type":"hook_additional_context","content":["the word is walnut-1"]}}',
    '{"type":"user","message":{"role":"user","content":"the word is harbour-2"}}',
    '{"type":"assistant","message":{"role":"assistant","content":[{"type":"text","text":"lantern-3"}]}}',
  ].join('\n'),
  'lines of items': [
    '{"type":"response_item","payload":{"type":"message","role":"developer","content":[{"type":"input_text","text":"walnut-1"}]}}',
    '{"type":"response_item","payload":{"type":"message","role":"user","content":[{"type":"input_text","text":"harbour-2"}]}}',
    '{"type":"response_item","payload":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"lantern-3"}]}}',
  ].join('\n'),
  'one document': JSON.stringify({
    messages: [
      { type: 'user', content: 'walnut-1 harbour-2' },
      { type: 'gemini', content: 'lantern-3', toolCalls: [{ result: [{ functionResponse: {} }] }] },
    ],
  }),
  'entries of a session': [
    '{"type":"custom_message","customType":"rally","content":"walnut-1 harbour-2"}',
    '{"type":"message","message":{"role":"assistant","content":[{"type":"text","text":"I know lantern-3"}]}}',
    '{"type":"message","message":{"role":"toolResult","content":[{"type":"text","text":"walnut-1"}]}}',
  ].join('\n'),
}

describe('what a model said in a conversation', () => {
  it.each(Object.entries(KEPT))('%s', (_name, text) => {
    const said = modelWords(text, ['gemini'])
    expect(said).toContain('lantern-3')
    expect(said).not.toMatch(/walnut|harbour/)
  })

  it.each(['', 'no JSON at all', '[]', '{"role":"assistant"}', '{"a":', 'null\n1\n"x"'])('%s holds nothing', (text) => {
    expect(modelWords(text, ['gemini'])).toBe('')
  })
})

describe('a probe', () => {
  it('knows each word by what came back, and takes what a host keeps for no proof', () => {
    const facts = [
      fact('session-start'),
      fact('prompt'),
      fact('before-edit', ['walnut-1']),
      fact('turn-end', [], false),
    ]
    expect(judge({ facts, transcripts: [KEPT['lines of messages']] })).toEqual([
      'session-start: tool kept',
      'prompt: - kept',
      'before-edit: answer kept',
      'turn-end: -',
    ])
  })

  it('takes the answer that was pasted, the end of the turn, and the next prompt', () => {
    const facts = [
      fact('session-start'),
      fact('prompt', ['walnut-1']),
      fact('before-edit'),
      fact('turn-end', ['lantern-3']),
    ]
    expect(judge({ facts, answer: 'harbour-2' })).toEqual([
      'session-start: prompt',
      'prompt: answer',
      'before-edit: answer',
      'turn-end: -',
    ])
  })

  it('names a moment once, however often it came', () => {
    expect(judge({ facts: [fact('prompt', [], false), fact('prompt'), fact('prompt')] })).toEqual(['prompt: -'])
  })
})
