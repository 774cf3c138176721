import { expect, it } from 'vitest';
import { addressText } from '../../server/views/addresses.ts';

it('the token in the address of a sandbox cluster is shown to nobody; a path of a real one is', () => {
  expect(addressText('http://127.0.0.1:41234/2ddUNt70ZxlTzcRRC1cq')).toBe('http://127.0.0.1:41234');
  expect(addressText('https://rancher.example.com/k8s/clusters/c-1')).toBe(
    'https://rancher.example.com/k8s/clusters/c-1',
  );
  expect(addressText('https://127.0.0.1:6443')).toBe('https://127.0.0.1:6443');
});
