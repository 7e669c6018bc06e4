/** An age for people: `?`, `7s`, `3m05s`, `2h04m` (protocol section 8). */
export function formatAge(seconds: number | null): string {
  if (seconds === null) return '?'
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
