/** `17:53:26` in the time zone of this machine. */
export function clockTime(at: number): string {
  const date = new Date(at * 1000)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
}

/** `2026-11-29` in the time zone of this machine. */
export function dayOf(at: number): string {
  const date = new Date(at * 1000)
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
