import { Unknowable } from '../stop.ts';
import { objectIn, textIn } from '../words.ts';
import type { Renderer } from './renderer.ts';

/** A config management plugin runs beside Argo CD's repo server; nothing of it is known here. */
export const plugin: Renderer = {
  type: 'Plugin',
  summary: 'A config management plugin: named, not rendered',
  render: ({ source }) => {
    const name = textIn(objectIn(source.plugin).name);
    throw new Unknowable(
      'plugin',
      name,
      `${name === '' ? 'A config management plugin makes' : `The config management plugin "${name}" makes`} these manifests, and it is not run here. What it would make is left out.`,
    );
  },
};
