import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Numbers of chance that belong to a name, whatever else is drawn. */
export interface Chance {
  /** In (0, 1), in steps of 2⁻³². */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** Largest value of `-Math.log(1 - uniform())`. */
export const rarest = 33 * Math.LN2;

/**
 * Makes the chance of a name.
 *
 * @param name - what the numbers are for, e.g. `7 minutes RELIANCE 2024-01-01`
 */
export function chance(name: string): Chance {
  const generator = xoroshiro128plus(hash(name));
  // The first numbers of near seeds are near each other.
  for (let i = 0; i < 16; i++) generator.next();
  // Half a step up: never 0, so that its logarithm is finite.
  const uniform = (): number => ((generator.next() >>> 0) + 0.5) / 2 ** 32;
  let spare: number | undefined;
  return {
    uniform,
    // Box and Muller, both of the pair.
    normal() {
      if (spare !== undefined) {
        const kept = spare;
        spare = undefined;
        return kept;
      }
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
  };
}

/** 32 bits of a text (FNV-1a). */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits | 0;
}
