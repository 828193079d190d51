/**
 * The looks a person can choose. A look is one GLSL function and the finish of the last pass. Both are also those of
 * `fractalsync render --look`, which compiles the same texts (kernels/math/looks.h).
 */
import aurora from '../../../../kernels/math/looks/aurora.glsl?raw';
import engraving from '../../../../kernels/math/looks/engraving.glsl?raw';
import glass from '../../../../kernels/math/looks/glass.glsl?raw';
import ink from '../../../../kernels/math/looks/ink.glsl?raw';
import nacre from '../../../../kernels/math/looks/nacre.glsl?raw';
import paper from '../../../../kernels/math/looks/paper.glsl?raw';
import list from '../../../../data/looks.json';

export interface Look {
  readonly id: string;
  readonly name: string;
}

/** How the last pass finishes a look: the share of blurred light, the darkening of the corners, the grain. */
export interface Finish {
  readonly bloom: number;
  readonly vignette: number;
  readonly grain: number;
}

interface LookDefinition extends Look {
  readonly glsl: string;
  readonly finish: Finish;
}

const texts: Readonly<Record<string, string>> = { aurora, ink, glass, paper, engraving, nacre };

const definitions: readonly LookDefinition[] = list.map(({ id, name, ...finish }) => {
  const glsl = texts[id];
  if (glsl === undefined) throw new Error(`data/looks.json names a look without a text, '${id}'.`);
  return { id, name, glsl, finish };
});

export const looks: readonly Look[] = definitions.map(({ id, name }) => ({ id, name }));

export function lookDefinition(id: string): LookDefinition {
  const found = definitions.find((look) => look.id === id);
  if (!found) {
    throw new RangeError(`There is no look '${id}'; there are ${looks.map((look) => look.id).join(', ')}.`);
  }
  return found;
}
