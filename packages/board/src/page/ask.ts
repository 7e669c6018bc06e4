/** The answer of the server to a question of this page. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

let secret: string | undefined

/** A question of this page, as the server wants it. Throws where nobody answers. */
export async function ask(path: string, body: object, signal?: AbortSignal): Promise<Response> {
  secret ??= await firstSecret()
  return fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Rally-Page': secret },
    body: JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** Forgets the secret: the server did not know it. */
export function forgetSecret(): void {
  secret = undefined
}

async function firstSecret(): Promise<string> {
  const response = await fetch('page', { method: 'POST' })
  if (!response.ok) throw new Ended()
  const { page } = (await response.json()) as { page: string }
  return page
}

/** The server that this page belongs to is gone, or does not know it any more. */
export class Ended extends Error {}

/** What the server said to something that was written: a line, and whether it was done. */
export async function write(
  path: 'tell' | 'reply' | 'settle' | 'claim' | 'release',
  body: object,
): Promise<{ readonly ok: boolean; readonly said: string }> {
  try {
    const response = await ask(path, body)
    const answer = (await response.json()) as { ok: boolean; said?: string; message?: string; hint?: string }
    return answer.ok
      ? { ok: true, said: answer.said ?? 'done' }
      : { ok: false, said: [answer.message, answer.hint].filter(Boolean).join(' - ') }
  } catch {
    return { ok: false, said: 'rally web does not answer: was it ended?' }
  }
}
