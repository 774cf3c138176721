import type { DocumentOptions, ParseOptions, SchemaOptions, Tags } from 'yaml';

const notInGo = new Set(['timestamp', 'omap', 'pairs', 'set', 'binary'].map(name => `tag:yaml.org,2002:${name}`));

/**
 * How sigs.k8s.io/yaml (go-yaml 2) reads a manifest: YAML 1.1 booleans and octals (`on`, `012`), but dates, sexagesimals and `!!binary`
 * stay text. Repeated keys are no error here: the last wins, and a rule tells the author (Argo CD reads them the same way).
 */
export const manifestOptions: ParseOptions & DocumentOptions & SchemaOptions = {
  version: '1.1',
  keepSourceTokens: true,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
  customTags: (tags: Tags): Tags =>
    tags.filter(
      tag => typeof tag === 'string' || !(notInGo.has(tag.tag) || (tag as { format?: string }).format === 'TIME'),
    ),
};
