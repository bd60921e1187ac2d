import { askTemporal } from '../../client/askTemporal';
import { searchAttributeTypes } from '../../domain/searchAttributes';
import { failure, ok, type Check } from './check';
import type { TemporalLink } from './createTemporalLink';

/** Without them no run can be started, and `settle list` finds nothing. */
export function checkSearchAttributes(link: TemporalLink): Check {
  return {
    area: 'temporal',
    name: 'search attributes',
    async look() {
      const { connection, options } = await link.open();
      const { namespace } = options;
      const { customAttributes } = await askTemporal(() =>
        connection.operatorService.listSearchAttributes({ namespace }),
      );
      const wanted = Object.entries(searchAttributeTypes);
      const missing = wanted.filter(([name]) => !Object.hasOwn(customAttributes, name));
      if (missing.length === 0) return [ok('search attributes', `all ${wanted.length} are registered`)];
      const todo = missing
        .map(([name, type]) => `temporal operator search-attribute create --name ${name} --type ${type.toLowerCase()}`)
        .join('; ');
      const names = missing.map(([name]) => name).join(', ');
      return [failure('configuration', 'search attributes', `missing: ${names}`, `Add them: ${todo}`)];
    },
  };
}
