// The declarations do not tell int32 from int64, nor patterns and lengths. The packages also ship a compiled validator for each definition;
// asking it about values that nothing accepts makes it name its own bounds.
import { pathToFileURL } from 'node:url';

const int32 = { format: 'int32', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
const long = '\u0001'.repeat(20_000);

/** Adds `format`, `pattern`, lengths and property counts to the definitions, in place. */
export async function addBounds(definitions) {
  for (const definition of definitions.values()) {
    if (definition.source === undefined || definition.properties === undefined) continue;
    const { validate } = await import(pathToFileURL(definition.source).href);
    if (typeof validate !== 'function') continue;
    addCounts(definition, validate);
    for (const [name, property] of Object.entries(definition.properties)) {
      const target = property.type === 'array' ? property.items : property;
      const wrap = value => ({ [name]: property.type === 'array' ? [value] : value });
      const at = property.type === 'array' ? `/${name}/0` : `/${name}`;
      if (target.type === 'integer') addNumber(target, ask(validate, wrap(2 ** 40), at), ask(validate, wrap(1.5), at));
      else if (target.type === 'string' && target.enum === undefined) addText(target, validate, wrap, at);
    }
  }
}

function addNumber(target, whole, fraction) {
  if (!fraction.some(error => error.keyword === 'type')) target.type = 'number';
  if (whole.some(error => error.keyword === 'format' && error.params.format === 'int32')) Object.assign(target, int32);
}

function addText(target, validate, wrap, at) {
  for (const error of [...ask(validate, wrap(''), at), ...ask(validate, wrap(long), at)]) {
    if (error.keyword === 'pattern') target.pattern = error.params.pattern;
    if (error.keyword === 'minLength') target.minLength = error.params.limit;
    if (error.keyword === 'maxLength') target.maxLength = error.params.limit;
    if (error.keyword === 'enum') target.enum = [...error.params.allowedValues];
  }
}

function addCounts(definition, validate) {
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`\u0001${index}`, null]));
  for (const error of [...ask(validate, {}, ''), ...ask(validate, many, '')]) {
    if (error.keyword === 'minProperties') definition.minProperties = error.params.limit;
    if (error.keyword === 'maxProperties') definition.maxProperties = error.params.limit;
  }
}

function ask(validate, value, at) {
  return validate(value) ? [] : (validate.errors ?? []).filter(error => error.instancePath === at);
}
