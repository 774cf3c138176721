import type { HistoryEntry, OperationKind, OperationState } from '../../core/status/application.ts';
import type { SyncRecord } from '../../core/sync/records.ts';
import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';

/** An operation as the cluster remembers it: enough to go on, or to tell somebody else how it stands. Holds no value of a Secret. */
export interface StoredOperation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly phase: OperationState['phase'];
  readonly message: string;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly dryRun: boolean;
  readonly initiatedBy: string;
  readonly revisions: readonly string[];
  /** What was asked for; with it and the same manifests the operation can be prepared again. */
  readonly request: JsonObject;
  /** Of the targets: others than these are another operation's. */
  readonly fingerprint: string;
  readonly retry: { readonly count: number; readonly nextAt?: number };
  readonly records: readonly SyncRecord[];
  /**
   * Hooks that are being made: by record key the uid of what stood under the name before, empty where nothing did. Written down before
   * the request is sent, so that whoever goes on knows a hook that was made but never recorded.
   */
  readonly intents: Readonly<Record<string, string>>;
  readonly holder: Holder;
  /** Who asked for its end. */
  readonly terminatedBy?: string;
}

export interface Holder {
  /** Of this session: no two are equal. */
  readonly session: string;
  readonly process: string;
  readonly user: string;
  /** When it last wrote, by its own clock. */
  readonly beatAt: number;
}

export interface StoredHistory extends HistoryEntry {
  readonly fingerprint: string;
  /** `spec.source` or `spec.sources` of the Application then. */
  readonly spec: JsonObject;
}

export interface StoredApplication {
  readonly operation?: StoredOperation;
  /** Newest first. */
  readonly history: readonly StoredHistory[];
}

/** The API server takes no ConfigMap above 1 MiB. */
const mostCharacters = 900_000;

export function dataOf({ operation, history }: StoredApplication): JsonObject {
  const text = operation ? JSON.stringify(compact(operation)) : '';
  // Of thousands of resources the messages are what costs; without them it still can be gone on with.
  const short = text.length > mostCharacters && operation ? JSON.stringify(compact(withoutMessages(operation))) : text;
  return { ...(short === '' ? {} : { operation: short }), history: JSON.stringify(history) };
}

export function storedIn(object: JsonObject): StoredApplication {
  const data = isObject(object.data) ? object.data : {};
  const operation = parsed(data.operation);
  const history = parsed(data.history);
  return {
    ...(isObject(operation) && isOperation(operation) ? { operation: expanded(operation) } : {}),
    history: (Array.isArray(history) ? history : []).filter(isHistory),
  };
}

type Compact = Omit<StoredOperation, 'records'> & { readonly records: readonly CompactRecord[] };
type CompactRecord = readonly [
  string,
  string,
  string,
  string,
  SyncRecord['phase'],
  SyncRecord['status'],
  SyncRecord['operation'],
  string,
];

function compact(operation: StoredOperation): Compact {
  return {
    ...operation,
    records: operation.records.map(({ key, phase, status, operation: of, message }) => [
      key.group,
      key.kind,
      key.namespace,
      key.name,
      phase,
      status,
      of,
      message,
    ]),
  };
}

function expanded(operation: Compact): StoredOperation {
  return {
    ...operation,
    records: operation.records.map(([group, kind, namespace, name, phase, status, of, message]) => ({
      key: { group, kind, namespace, name },
      phase,
      status,
      operation: of,
      message,
    })),
  };
}

function withoutMessages(operation: StoredOperation): StoredOperation {
  const failed = (it: SyncRecord): boolean => it.operation === 'Failed' || it.operation === 'Error';
  return {
    ...operation,
    records: operation.records.map(it => ({ ...it, message: failed(it) ? it.message.slice(0, 200) : '' })),
  };
}

function parsed(value: Json | undefined): Json | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as Json;
  } catch {
    // Somebody edited it: as if nothing was remembered.
    return undefined;
  }
}

function isOperation(value: unknown): value is Compact {
  const it = value as Partial<Compact>;
  return typeof it.id === 'string' && typeof it.phase === 'string' && Array.isArray(it.records) && isObject(it.holder);
}

function isHistory(value: unknown): value is StoredHistory {
  return isObject(value) && typeof value.id === 'number' && Array.isArray(value.revisions);
}
