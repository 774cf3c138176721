/** What the sandbox does not simulate, in words that the test output shows. A case names its gap by the key; an unused key fails a test. */
export const gaps = {
  webhooks: 'it calls no admission webhooks',
} as const satisfies Readonly<Record<string, string>>;

export type Gap = keyof typeof gaps;
