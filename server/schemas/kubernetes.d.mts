export function generateKubernetesTypes(options: {
  readonly out: string;
  readonly log?: (message: string) => void;
}): Promise<string>;
