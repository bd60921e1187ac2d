import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { readLeases } from './checkers/readLedger';
import type { LeaseSample } from './checkers/world';

/** Looks at the leases again and again while faults are injected: what a fence did in between, the end does not show. */
export interface LeaseWatch {
  /** Each change that was seen, in order. */
  readonly samples: readonly LeaseSample[];
  close(): Promise<void>;
}

const betweenLooksMs = 100;

export function watchLeases(databaseUrl: string): LeaseWatch {
  const samples: LeaseSample[] = [];
  const last = new Map<string, string>();
  const told = new AbortController();

  const look = async (): Promise<void> => {
    const client = new Client(databaseUrl);
    client.on('error', () => undefined); // Postgres was killed: the next query says so
    try {
      await client.connect();
      while (!told.signal.aborted) {
        for (const lease of await readLeases(client)) {
          const text = JSON.stringify(lease);
          if (last.get(lease.key) !== text) samples.push(lease);
          last.set(lease.key, text);
        }
        await delay(betweenLooksMs, undefined, { signal: told.signal }).catch(() => undefined);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const watching = (async () => {
    while (!told.signal.aborted) {
      // It may be down, or not migrated yet; that is no finding of this watch.
      await look().catch(() => delay(betweenLooksMs));
    }
  })();
  return {
    samples,
    async close() {
      told.abort();
      await watching;
    },
  };
}
