import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../src/local/projectRoot';

interface Service {
  readonly image?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[] };
  readonly deploy?: { readonly replicas?: number };
}

/** docker-compose.yml, as compose reads it. */
export interface ComposeFile {
  readonly text: string;
  service(name: string): Service;
  /** The command line that a container runs: entry point and command. */
  commandOf(name: string): readonly string[];
  /** The command line that tells whether it is healthy. */
  healthCheckOf(name: string): readonly string[];
  /** Its variables, with those of .env filled in. */
  environmentOf(name: string, env: Readonly<Record<string, string>>): Readonly<Record<string, string>>;
}

export function readComposeFile(): ComposeFile {
  const text = readFileSync(join(projectRoot(), 'docker-compose.yml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
  const service = (name: string): Service => {
    const found = services[name];
    if (!found) throw new Error(`docker-compose.yml has no service ${name}`);
    return found;
  };
  // `$$` is compose's way to write a dollar that is the shell's.
  const unescape = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('$$', '$'));
  return {
    text,
    service,
    commandOf(name) {
      const { entrypoint = [], command = [] } = service(name);
      return unescape([...entrypoint, ...command]);
    },
    healthCheckOf(name) {
      const [how, ...words] = service(name).healthcheck?.test ?? [];
      if (how === 'CMD') return unescape(words);
      if (how === 'CMD-SHELL') return ['/bin/sh', '-c', ...unescape(words)];
      throw new Error(`${name} has no health check`);
    },
    environmentOf(name, env) {
      const filled = Object.entries(service(name).environment ?? {}).map(([key, value]) => [
        key,
        value.replace(/\$\{(\w+):\?[^}]*\}/g, (_, variable: string) => {
          if (env[variable] === undefined) throw new Error(`.env has no ${variable}`);
          return env[variable];
        }),
      ]);
      return Object.fromEntries(filled) as Record<string, string>;
    },
  };
}
