/** Lets jobs with the same name run one after the other. Writers of one process would only refuse each other. */
export function createTurns(): <T>(name: string, job: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return (name, job) => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(job, job)
    const tail = turn.catch(() => undefined).finally(() => tails.get(name) === tail && tails.delete(name))
    tails.set(name, tail)
    return turn
  }
}
