/** submit: submit, retry, cancel; read: everything that only reads; operate: resolve, retry, cancel. */
export const apiScopes = ['submit', 'read', 'operate'] as const;
export type ApiScope = (typeof apiScopes)[number];

/** Ends at its only hyphen, so that none is the beginning of another. */
export const idPrefixPattern = /^[A-Za-z0-9_]{1,31}-$/;

/** Who may ask the API for what. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** Its settlements are those whose ids begin with this; null: all there are. */
  readonly idPrefix: string | null;
  readonly scopes: readonly ApiScope[];
  /** ISO 8601. */
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

/** Whether the settlement is one of the token's. */
export function ownsSettlement({ idPrefix }: Pick<ApiToken, 'idPrefix'>, settlementId: string): boolean {
  return idPrefix === null || settlementId.startsWith(idPrefix);
}
