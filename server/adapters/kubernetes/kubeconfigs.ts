import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Texts of the files that kubectl would read: those of KUBECONFIG, else ~/.kube/config. Files that are not there count as empty, as with kubectl. */
export async function readKubeconfigs(): Promise<readonly string[]> {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter(path => path !== '');
  const paths = named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
  return Promise.all(paths.map(path => readFile(path, 'utf8').catch(() => '')));
}
