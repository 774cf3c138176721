import { isObject } from '../../core/text/json.ts';
import type { AccessAnswer, AccessAsked } from '../../engine/ports.ts';
import { objectIn } from './answers.ts';
import type { Connection } from './connection.ts';

const lastMs = 60_000;
const mostKept = 5_000;

/** What the user may do, asked once a minute for each question. */
export class AccessReviews {
  readonly #connection: Connection;
  readonly #kept = new Map<string, { readonly at: number; readonly answer: Promise<AccessAnswer> }>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  allowed(asked: AccessAsked): Promise<AccessAnswer> {
    const { verb, group, resource, namespace = '', name = '' } = asked;
    const key = JSON.stringify([verb, group, resource, namespace, name]);
    const now = this.#connection.clock.now();
    const known = this.#kept.get(key);
    if (known && now - known.at < lastMs) return known.answer;
    if (this.#kept.size >= mostKept) this.#kept.clear();
    const answer = this.#review(asked);
    this.#kept.set(key, { at: now, answer });
    answer.catch(() => this.#kept.delete(key));
    return answer;
  }

  async #review({ verb, group, resource: path, namespace, name }: AccessAsked): Promise<AccessAnswer> {
    const [resource = '', subresource] = path.split('/');
    const { text } = await this.#connection.ask({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      harmless: true,
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            verb,
            group,
            resource,
            ...(subresource !== undefined && { subresource }),
            ...(namespace !== undefined && { namespace }),
            ...(name !== undefined && { name }),
          },
        },
      },
    });
    const review = objectIn(text, `${this.#connection.context}: access review`);
    const status = isObject(review.status) ? review.status : {};
    return {
      allowed: status.allowed === true,
      ...(typeof status.reason === 'string' && status.reason !== '' ? { reason: status.reason } : {}),
    };
  }
}
