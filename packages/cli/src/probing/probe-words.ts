import { MOMENT_NAMES } from '@rally/core/model/moment'

const NOUNS = ['walnut', 'harbour', 'lantern', 'meadow', 'copper', 'thimble', 'orchard', 'saffron'] as const

/** A harmless word for each moment that no model could guess. `random` is from 0 to 1. */
export function probeWords(random: () => number): Record<string, string> {
  return Object.fromEntries(
    MOMENT_NAMES.map((moment, index) => [moment, `${NOUNS[index]}-${1000 + Math.floor(random() * 9000)}`]),
  )
}
