/** A cheap look at a text: does it hold anything that Argo CD or Argo Rollouts reads? */
export function concernsUs(text: string): boolean {
  return /argoproj\.io|external-secrets\.io|bitnami\.com\/v1alpha1|\bname:\s*["']?argocd-/.test(text);
}
