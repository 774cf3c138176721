/** What a cluster offers beyond its API; cases name what they need. */
export type ClusterAbility =
  /** Deployments, Jobs, garbage collection, namespaces' ends. */
  | 'controllers'
  /** Pods behave as their annotations ask (test/controlplane/kubelet/script.go). */
  | 'scriptedPods'
  /** A second user with few rights. */
  | 'users'
  /** A certificate that the API server trusts, for webhooks and proxies on loopback. */
  | 'servingCertificate'
  /** A proxy of ours can stand in front of it: a login that it can pass on, and no TLS or TLS that it can serve. */
  | 'proxy';

export interface ControlPlaneFiles {
  readonly source: 'built' | 'assets' | 'given';
  readonly can: readonly ClusterAbility[];
  readonly server?: string;
  /** Of an administrator, by certificate where it can be. */
  readonly kubeconfig: string;
  /** Of an administrator, by token: what a proxy that opens TLS can pass on. */
  readonly tokenKubeconfig?: string;
  /** The user `restricted`: ConfigMaps of the namespace `default`, unless a case grants more. */
  readonly restrictedKubeconfig?: string;
  readonly restrictedTokenKubeconfig?: string;
  /** A certificate that has run out: 401. */
  readonly expiredKubeconfig?: string | undefined;
  readonly kubectl?: string | undefined;
  /** Files of a certificate for loopback addresses and of the authority that signed it. */
  readonly serving?: { readonly authority: string; readonly certificate: string; readonly key: string };
}

export interface ControlPlane extends ControlPlaneFiles {
  readonly why?: undefined;
  stop(): Promise<void>;
}

/** Starts the control plane that is to be used here; `why` says why there is none. */
export function startControlPlane(options?: {
  readonly nodes?: number;
}): Promise<ControlPlane | { readonly why: string }>;

/** The program, built once and kept. */
export function controlPlaneProgram(): Promise<
  { readonly folder: string; readonly why?: undefined } | { readonly why: string }
>;

export function freePort(): Promise<number>;
