/**
 * The looks a person can choose. A look is one GLSL function (glsl/look_ID.glsl) and the finish of the last pass.
 */
import aurora from './glsl/look_aurora.glsl?raw';
import engraving from './glsl/look_engraving.glsl?raw';
import glass from './glsl/look_glass.glsl?raw';
import ink from './glsl/look_ink.glsl?raw';
import nacre from './glsl/look_nacre.glsl?raw';
import paper from './glsl/look_paper.glsl?raw';

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

const definitions: readonly LookDefinition[] = [
  { id: 'aurora', name: 'Aurora', glsl: aurora, finish: { bloom: 0.16, vignette: 0.35, grain: 0.006 } },
  { id: 'ink', name: 'Night ink', glsl: ink, finish: { bloom: 0.3, vignette: 0.4, grain: 0.006 } },
  { id: 'glass', name: 'Rose window', glsl: glass, finish: { bloom: 0.2, vignette: 0.45, grain: 0.006 } },
  { id: 'paper', name: 'Paper cut', glsl: paper, finish: { bloom: 0, vignette: 0.14, grain: 0.02 } },
  { id: 'engraving', name: 'Engraving', glsl: engraving, finish: { bloom: 0, vignette: 0.14, grain: 0.012 } },
  { id: 'nacre', name: 'Mother of pearl', glsl: nacre, finish: { bloom: 0.12, vignette: 0.22, grain: 0.006 } },
];

export const looks: readonly Look[] = definitions.map(({ id, name }) => ({ id, name }));

export function lookDefinition(id: string): LookDefinition {
  const found = definitions.find((look) => look.id === id);
  if (!found) {
    throw new RangeError(`There is no look '${id}'; there are ${looks.map((look) => look.id).join(', ')}.`);
  }
  return found;
}
