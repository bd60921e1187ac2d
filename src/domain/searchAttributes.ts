/**
 * The search attributes a namespace needs, with their types as Temporal names them. The workflow, the client, the local
 * server and the operating guide all take the list from here.
 */
export const searchAttributeTypes = {
  SettlementStatus: 'KEYWORD',
  SettlementRoute: 'KEYWORD',
  SettlementHolder: 'KEYWORD',
  SettlementRecipient: 'KEYWORD',
  SettlementNeedsOperator: 'BOOL',
} as const;
