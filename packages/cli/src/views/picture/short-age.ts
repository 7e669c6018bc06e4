/** An age for people in one unit: `3s`, `12m`, `4h`, `2d`. */
export function shortAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m`
  if (whole < 48 * 3600) return `${Math.floor(whole / 3600)}h`
  return `${Math.floor(whole / 86_400)}d`
}
