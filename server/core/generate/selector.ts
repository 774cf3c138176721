import type { Json, JsonObject } from '../text/json.ts';
import { isObject } from '../text/json.ts';
import { goQuote } from './go/print.ts';

/** One requirement of a label selector, checked. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notIn' | 'exists' | 'doesNotExist';
  readonly values: readonly string[];
}

export interface Selector {
  readonly requirements: readonly Requirement[];
  /** The first thing that Argo CD refuses about it, in its words; nothing is selected then. */
  readonly error?: string;
  /** Pointer inside the selector of what is wrong. */
  readonly errorPath?: string;
}

export interface SelectorRules {
  /** How the operator error names the selector: `pod` on a generator (applicationset/utils/selector.go), `label` on clusters. */
  readonly operatorNoun: 'pod' | 'label';
  /** Kubernetes' own selectors refuse values that no label can have; Argo CD's copy for parameters does not. */
  readonly checkValues: boolean;
}

export function parseSelector(selector: Json | undefined, rules: SelectorRules): Selector {
  if (!isObject(selector)) return { requirements: [] };
  const requirements: Requirement[] = [];
  const labels = isObject(selector.matchLabels) ? selector.matchLabels : {};
  for (const [key, value] of Object.entries(labels)) {
    const path = `/matchLabels/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const requirement: Requirement = { key, operator: 'in', values: [typeof value === 'string' ? value : ''] };
    const error = invalid(requirement, 'values[0]', rules);
    if (error !== undefined) return { requirements: [], error, errorPath: path };
    requirements.push(requirement);
  }
  const expressions = Array.isArray(selector.matchExpressions) ? (selector.matchExpressions as readonly Json[]) : [];
  for (const [at, expression] of expressions.entries()) {
    const path = `/matchExpressions/${at}`;
    if (!isObject(expression)) continue;
    const operator = OPERATORS[String(expression.operator ?? '')];
    if (operator === undefined) {
      const error = `${JSON.stringify(expression.operator ?? '')} is not a valid ${rules.operatorNoun} selector operator`;
      return { requirements: [], error, errorPath: `${path}/operator` };
    }
    const requirement = { key: String(expression.key ?? ''), operator, values: stringsOf(expression) };
    const error = invalid(requirement, 'values', rules);
    if (error !== undefined) return { requirements: [], error, errorPath: path };
    requirements.push(requirement);
  }
  return { requirements };
}

export function matches(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return selector.requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notIn':
        return value === undefined || !values.includes(value);
      case 'exists':
        return value !== undefined;
      default:
        return value === undefined;
    }
  });
}

/** For people: `env in (prod, qa), tier`. */
export function selectorText(selector: Selector): string {
  return selector.requirements
    .map(({ key, operator, values }) => {
      if (operator === 'exists') return key;
      if (operator === 'doesNotExist') return `!${key}`;
      if (operator === 'in' && values.length === 1) return `${key}=${values[0] ?? ''}`;
      return `${key} ${operator === 'in' ? 'in' : 'notin'} (${values.join(', ')})`;
    })
    .join(', ');
}

const OPERATORS: Readonly<Record<string, Requirement['operator']>> = {
  In: 'in',
  NotIn: 'notIn',
  Exists: 'exists',
  DoesNotExist: 'doesNotExist',
};

/** Several faults of one requirement come as a list (k8s.io/apimachinery:pkg/util/errors). */
function invalid({ key, operator, values }: Requirement, _where: string, rules: SelectorRules): string | undefined {
  const faults: string[] = [];
  const keyFaults = qualifiedNameFaults(key);
  if (keyFaults.length > 0) faults.push(`key: Invalid value: ${goQuote(key)}: ${keyFaults.join('; ')}`);
  if ((operator === 'in' || operator === 'notIn') && values.length === 0) {
    faults.push("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
  }
  if ((operator === 'exists' || operator === 'doesNotExist') && values.length > 0) {
    faults.push(
      `values: Invalid value: ${JSON.stringify(values)}: values set must be empty for exists and does not exist`,
    );
  }
  if (rules.checkValues) {
    values.forEach((value, at) => {
      const valueFaults = labelValueFaults(value);
      if (valueFaults.length > 0) {
        faults.push(`values[${at}][${key}]: Invalid value: ${goQuote(value)}: ${valueFaults.join('; ')}`);
      }
    });
  }
  return faults.length > 1 ? `[${faults.join(', ')}]` : faults[0];
}

/** k8s.io/apimachinery:pkg/util/validation/validation.go, IsQualifiedName. */
function qualifiedNameFaults(value: string): readonly string[] {
  const parts = value.split('/');
  const faults: string[] = [];
  let name = value;
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    name = parts[1] ?? '';
    if (prefix === '') faults.push('prefix part must be non-empty');
    else if (prefix.length > 253) faults.push('prefix part must be no more than 253 bytes');
    else if (!SUBDOMAIN.test(prefix)) faults.push(`prefix part ${SUBDOMAIN_FAULT}`);
  } else if (parts.length > 2) {
    return [
      `a qualified name ${NAME_FAULT.replace('with regex', 'used')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > 63) faults.push('name part must be no more than 63 bytes');
  if (!QUALIFIED.test(name)) faults.push(`name part ${NAME_FAULT}`);
  return faults;
}

function labelValueFaults(value: string): readonly string[] {
  const faults: string[] = [];
  if (value.length > 63) faults.push('must be no more than 63 bytes');
  if (!/^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/.test(value)) {
    faults.push(
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    );
  }
  return faults;
}

const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const NAME_FAULT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const SUBDOMAIN_FAULT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

function stringsOf(expression: JsonObject): readonly string[] {
  return Array.isArray(expression.values) ? (expression.values as readonly Json[]).map(String) : [];
}
