import { join } from 'node:path';

/** Where the local stack keeps what, inside one folder (`.settlement`). */
export function stackPaths(folder: string) {
  return {
    folder,
    stack: join(folder, 'stack.json'),
    config: join(folder, 'config.json'),
    apiToken: join(folder, 'api-token'),
    deployment: join(folder, 'deployment.json'),
    lock: join(folder, 'stack.lock'),
    children: join(folder, 'children.json'),
    temporalDb: join(folder, 'temporal.db'),
    postgresFolder: join(folder, 'postgres'),
    keysFolder: join(folder, 'keys'),
    logsFolder: join(folder, 'logs'),
    chainsFolder: join(folder, 'chains'),
    chainState: (chain: string) => join(folder, 'chains', `${chain}.json`),
    chainMark: (chain: string) => join(folder, 'chains', `${chain}.mark.json`),
    log: (name: string) => join(folder, 'logs', `${name}.log`),
  } as const;
}

export type StackPaths = ReturnType<typeof stackPaths>;
