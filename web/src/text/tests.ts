/** How everything is marked that a test made, wherever it is shown. */
export const tests = { chip: 'test' } as const
