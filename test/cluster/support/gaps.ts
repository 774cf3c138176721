/** What the sandbox does not simulate, in words that the test output shows. A case names its gap by the key; an unused key fails a test. */
export const gaps = {
  webhooks: 'it calls no admission webhooks',
  customLists:
    'an apply owns lists of custom resources as a whole, whatever their schema says, and refuses to share them',
} as const satisfies Readonly<Record<string, string>>;

export type Gap = keyof typeof gaps;
