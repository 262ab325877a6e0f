/** Why bars that should exist do not. */
export const gapReasons = ['not-fetched', 'wrong-code', 'vendor-gap', 'quarantined'] as const;
export type GapReason = (typeof gapReasons)[number];
