import type { Connection } from '@temporalio/client';
import { ConfigError } from '../domain/errors';
import { searchAttributeTypes } from '../domain/searchAttributes';

/** Their numbers in Temporal's API (enum IndexedValueType). */
const indexedValueTypes = { KEYWORD: 2, BOOL: 5 } as const;

/**
 * Registers our search attributes in a namespace of somebody else's server, as far as they are missing.
 * @throws ConfigError CONFIG_INVALID that names the missing ones when it is not allowed to
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.entries(searchAttributeTypes).filter(([name]) => !Object.hasOwn(customAttributes, name));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, indexedValueTypes[type]])),
    });
  } catch (cause) {
    const list = missing.map(([name, type]) => `${name} (${type.toLowerCase()})`).join(', ');
    throw new ConfigError(
      'CONFIG_INVALID',
      `namespace ${namespace} lacks the search attributes ${list} and they cannot be added from here; ` +
        'add them with `temporal operator search-attribute create` or, for Temporal Cloud, in its console',
      { cause },
    );
  }
}
