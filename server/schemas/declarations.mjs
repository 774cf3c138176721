// Reads the `.d.ts` files of the @kubernetes-models packages into schema definitions. Only the syntax is looked at: every file declares one
// interface or alias and imports the others by path, so no type checker is needed (and 1,000 files are read in a second).
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript-api';

/** Types that Kubernetes reads in a way that their declaration does not tell. */
const special = new Map([
  ['IntOrString', { type: ['integer', 'string'], minimum: -(2 ** 31), maximum: 2 ** 31 - 1 }],
  ['Quantity', { type: ['string', 'number'], title: 'Quantity' }],
  ['JSON', {}],
  ['RawExtension', { type: 'object' }],
  ['JSONSchemaPropsOrBool', {}],
  ['JSONSchemaPropsOrArray', {}],
  ['JSONSchemaPropsOrStringArray', {}],
  ['FieldsV1', { type: 'object' }],
  ['Time', { type: 'string', format: 'date-time' }],
  ['MicroTime', { type: 'string', format: 'date-time' }],
]);

/** `read(package, folder, kind)` gives the name of the kind's definition; `definitions` fills up with all that it needs. */
export function declarationReader(nodeModules) {
  const definitions = new Map();
  const modules = new Map();

  const moduleAt = path => {
    const found = modules.get(path) ?? readModule(path);
    modules.set(path, found);
    return found;
  };

  const define = (path, exported) => {
    const module = moduleAt(path);
    const local = module.exports.get(exported) ?? exported;
    const name = definitionName(nodeModules, path, local);
    if (definitions.has(name)) return name;
    const definition = { title: titleOf(local), source: sourceOf(nodeModules, module) };
    definitions.set(name, definition);
    const declaration = module.declarations.get(local);
    if (declaration === undefined) throw new Error(`${path} declares no ${local}`);
    const description = commentOf(module, declaration);
    if (description !== undefined) definition.description = description;
    const known = special.get(titleOf(local));
    if (known !== undefined) Object.assign(definition, known, { alias: true });
    else if (ts.isInterfaceDeclaration(declaration)) Object.assign(definition, fromInterface(module, declaration));
    else Object.assign(definition, fromType(module, declaration.type), { alias: true });
    return name;
  };

  const resolve = (module, name) => {
    if (module.declarations.has(name)) return define(module.path, name);
    const imported = module.imports.get(name);
    if (imported === undefined) throw new Error(`${module.path} does not import ${name}`);
    return define(pathOf(nodeModules, module.path, imported.from), imported.name);
  };

  const fromInterface = (module, declaration) => {
    const properties = {};
    const required = [];
    let isObject = false;
    for (const clause of declaration.heritageClauses ?? [])
      for (const parent of clause.types) {
        const name = parent.expression.text;
        if (name === 'TypeMeta') {
          isObject = true;
          continue;
        }
        const definition = definitions.get(resolve(module, name));
        Object.assign(properties, definition.properties);
        required.push(...(definition.required ?? []));
      }
    for (const member of declaration.members) {
      if (ts.isIndexSignatureDeclaration(member))
        return { type: 'object', additionalProperties: fromType(module, member.type) };
      if (!ts.isPropertySignature(member)) continue;
      const property = fromType(module, member.type);
      const description = commentOf(module, member);
      properties[member.name.text] = description === undefined ? property : { ...property, description };
      const name = member.name.text;
      // A document without apiVersion and kind is none of ours; inside another object (volumeClaimTemplates) they may be left out.
      const tellsKind = isObject && (name === 'apiVersion' || name === 'kind');
      if (member.questionToken === undefined && !tellsKind) required.push(name);
    }
    const result = { type: 'object' };
    if (Object.keys(properties).length > 0) Object.assign(result, { properties, additionalProperties: false });
    if (required.length > 0) result.required = [...new Set(required)].sort();
    return result;
  };

  const fromType = (module, node) => {
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return { type: 'string' };
      case ts.SyntaxKind.NumberKeyword:
        return { type: 'integer' };
      case ts.SyntaxKind.BooleanKeyword:
        return { type: 'boolean' };
      case ts.SyntaxKind.AnyKeyword:
      case ts.SyntaxKind.UnknownKeyword:
        return {};
      case ts.SyntaxKind.LiteralType:
        return { type: 'string', enum: [node.literal.text] };
      case ts.SyntaxKind.ArrayType:
        return { type: 'array', items: fromType(module, node.elementType) };
      case ts.SyntaxKind.ParenthesizedType:
        return fromType(module, node.type);
      case ts.SyntaxKind.TypeLiteral:
        return fromInterface(module, node);
      case ts.SyntaxKind.UnionType:
        return fromUnion(module, node);
      case ts.SyntaxKind.TypeReference:
        return fromReference(module, node);
      default:
        throw new Error(`${module.path}: no schema for ${ts.SyntaxKind[node.kind]}: ${node.getText(module.file)}`);
    }
  };

  const fromUnion = (module, node) => {
    const members = node.types.filter(
      type => !(ts.isLiteralTypeNode(type) && type.literal.kind === ts.SyntaxKind.NullKeyword),
    );
    if (members.length === 1) return fromType(module, members[0]);
    if (members.every(type => ts.isLiteralTypeNode(type) && ts.isStringLiteral(type.literal)))
      return { type: 'string', enum: members.map(type => type.literal.text) };
    return { type: [...new Set(members.map(type => fromType(module, type).type))] };
  };

  const fromReference = (module, node) => {
    const name = node.typeName.text;
    if (name === 'Array') return { type: 'array', items: fromType(module, node.typeArguments[0]) };
    return { $ref: resolve(module, name) };
  };

  const read = (packageName, folder, kind) =>
    define(join(nodeModules, packageName, folder, `${kind}.d.ts`), `I${kind}`);
  return { definitions, read };
}

function readModule(path) {
  const text = readFileSync(path, 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, false);
  const imports = new Map();
  const declarations = new Map();
  const exports = new Map();
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement))
      for (const element of statement.importClause?.namedBindings?.elements ?? [])
        imports.set(element.name.text, {
          name: (element.propertyName ?? element.name).text,
          from: statement.moduleSpecifier.text,
        });
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      declarations.set(statement.name.text, statement);
    else if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined)
      for (const element of statement.exportClause.elements)
        exports.set(element.name.text, (element.propertyName ?? element.name).text);
  }
  return { path, text, file, imports, declarations, exports };
}

function pathOf(nodeModules, from, specifier) {
  const base = specifier.startsWith('.') ? join(dirname(from), specifier) : join(nodeModules, specifier);
  const path = `${base.replace(/\.js$/, '')}.d.ts`;
  if (!existsSync(path)) throw new Error(`${from} imports ${specifier}, which is not there`);
  return path;
}

/** `argo-cd/v1alpha1/ApplicationSource`: short, stable, readable in an error. */
function definitionName(nodeModules, path, local) {
  const parts = relative(nodeModules, path).split(sep);
  const packageName = parts[0].startsWith('@') ? parts[1] : 'core';
  const group = parts
    .slice(parts[0].startsWith('@') ? 2 : 1, -1)
    .filter(part => part !== 'argoproj.io' && part !== 'apis');
  return [packageName, ...group, titleOf(local)].join('/');
}

/** The name under which the same package keeps the compiled validator of this definition. */
function sourceOf(nodeModules, module) {
  const parts = relative(nodeModules, module.path).split(sep);
  const packageName = parts[0].startsWith('@') ? `${parts[0]}/${parts[1]}` : parts[0];
  for (const name of module.exports.keys())
    if (name.startsWith('I') && name.length > 12) {
      const path = join(nodeModules, packageName, '_schemas', `${name.slice(1)}.js`);
      if (existsSync(path)) return path;
    }
  return undefined;
}

function titleOf(local) {
  return local.replace(/^I(?=[A-Z])/, '');
}

/** The Go doc comment, without its stars. Taken from the text: TypeScript's own reading drops what follows an `@`. */
function commentOf(module, node) {
  const ranges = ts.getLeadingCommentRanges(module.text, node.pos) ?? [];
  const last = ranges.at(-1);
  if (last === undefined) return undefined;
  const comment = module.text
    .slice(last.pos + 3, last.end - 2)
    .split('\n')
    .map(line => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
  return comment === '' ? undefined : comment;
}
