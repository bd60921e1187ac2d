import { loadSigner } from '../../signers/loadSigner';
import { readSecretFile } from '../../signers/readSecretFile';
import { ok, warning, type Check, type Finding, type Patient } from './check';

const roles = ['settlerKeys', 'refunderKeys', 'reverserKeys'] as const;
const ownMachine = 'Nothing to do where no worker runs; a worker needs it, and refuses to start without it.';

/** The file, and the files that it names. It was parsed before: what is wrong in it ends the doctor. */
export function checkConfiguration({ config }: Patient, path: string): Check {
  const secrets = [
    ...(config.seals ? [{ field: 'seals.keyFile', file: config.seals.keyFile }] : []),
    ...(config.alerts ? [{ field: 'alerts.routingKeyFile', file: config.alerts.routingKeyFile }] : []),
  ];
  const keys = config.chains.flatMap((chain) =>
    roles.flatMap((role) => chain[role].map((key, index) => ({ field: `chains.${chain.name}.${role}.${index}`, key }))),
  );
  const readable = async (field: string, read: () => Promise<unknown>): Promise<Finding | null> => {
    try {
      await read();
      return null;
    } catch (error) {
      return warning(field, error instanceof Error ? error.message : String(error), ownMachine);
    }
  };
  return {
    area: 'configuration',
    name: 'file',
    async look() {
      const problems = await Promise.all([
        ...secrets.map(({ field, file }) => readable(field, () => readSecretFile(file))),
        ...keys.map(({ field, key }) => readable(field, () => loadSigner(key, field))),
      ]);
      const found = `${path}: ${config.chains.map(({ name }) => name).join(', ')}; ${keys.length} keys`;
      return [ok('file', found), ...problems.filter((problem) => problem !== null)];
    },
  };
}
