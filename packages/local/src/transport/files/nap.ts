/** A sleep of this thread; timers cannot be shorter than a millisecond. */
export function nap(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
