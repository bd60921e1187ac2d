import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { TransientError } from '../domain/errors';
import { isTerminal } from '../domain/status';
import type { LedgerEvent } from '../ledger/api/ledgerEvent';
import type { ApiLedger } from '../ledger/createApiLedger';
import type { EventTail } from './createEventTail';

export interface StreamRequest {
  readonly tokenId: string;
  readonly settlementId: string;
  /** The last event that the client has. */
  readonly after: number;
}

/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html) of settlements, to many clients. */
export interface Streams {
  /** Keeps a place, before anything is written. @throws TransientError API_BUSY */
  admit(tokenId: string): StreamPlace;
  close(): Promise<void>;
}

export interface StreamPlace {
  /** Writes the events after the client's last one and then new ones, until the settlement has ended. */
  open(response: ServerResponse, request: StreamRequest): Promise<void>;
  /** Where no stream is opened after all. */
  leave(): void;
}

const heartbeatEveryMs = 15_000;
/** The client comes back then, with its last event and a token that is looked at again. */
const longestMs = 15 * 60_000;
const comeBackMs = 2_000;
/** A client that reads more slowly than this fills has to come back for the rest. */
const mostBufferedBytes = 64 * 1024;

export function createStreams(
  tail: EventTail,
  ledger: Pick<ApiLedger, 'eventsOf'>,
  { maxStreams }: { readonly maxStreams: number },
  log: Logger,
): Streams {
  const open = new Set<Stream>();
  const places = new Map<string, number>();
  let placesTaken = 0;
  const heartbeat = setInterval(() => {
    for (const stream of open) stream.beat();
  }, heartbeatEveryMs);

  function admit(tokenId: string): StreamPlace {
    const own = places.get(tokenId) ?? 0;
    // One token must not have them all.
    if (placesTaken >= maxStreams || own >= Math.ceil(maxStreams / 2)) {
      throw new TransientError('API_BUSY', 'there are too many streams', { retryAfterMs: 10_000 });
    }
    placesTaken += 1;
    places.set(tokenId, own + 1);
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      placesTaken -= 1;
      const rest = (places.get(tokenId) ?? 1) - 1;
      if (rest > 0) places.set(tokenId, rest);
      else places.delete(tokenId);
    };
    return {
      leave,
      async open(response, { settlementId, after }) {
        const stream = new Stream(response, after, (seq) => ledger.eventsOf(settlementId, seq));
        open.add(stream);
        const stop = tail.listen(settlementId, (event) => (event ? stream.take(event) : stream.end()));
        response.once('close', () => {
          stop();
          open.delete(stream);
          leave();
        });
        await stream.catchUp().catch((error: unknown) => {
          log.warn({ error: error instanceof Error ? error.message : String(error) }, 'a stream cannot be read');
          stream.end();
        });
      },
    };
  }

  return {
    admit,
    async close() {
      clearInterval(heartbeat);
      for (const stream of open) stream.end();
    },
  };
}

/** One client's. Events of a settlement are numbered without a gap, so that a double or a missing one shows. */
class Stream {
  private readonly openedAtMs = Date.now();
  private catchingUp = false;
  /** An event came while what there is was being read: it may be in what was read, or not. */
  private missed = false;
  private ended = false;
  private last: LedgerEvent | null = null;

  constructor(
    private readonly response: ServerResponse,
    private seq: number,
    private readonly eventsAfter: (seq: number) => Promise<readonly LedgerEvent[]>,
  ) {
    response.on('error', () => undefined); // a client that is gone; 'close' follows
  }

  /** Whatever is in the ledger and the client has not got. New events that come meanwhile are in it, or in the next look. */
  async catchUp(): Promise<void> {
    this.catchingUp = true;
    try {
      do {
        this.missed = false;
        for (const event of await this.eventsAfter(this.seq)) this.write(event);
      } while (this.isBehind());
    } finally {
      this.catchingUp = false;
    }
    this.endIfOver();
  }

  take(event: LedgerEvent): void {
    if (event.seq <= this.seq || this.ended) return;
    if (this.catchingUp) {
      this.missed = true;
      return;
    }
    if (event.seq > this.seq + 1) {
      this.catchUp().catch(() => this.end());
      return;
    }
    this.write(event);
    this.endIfOver();
  }

  private isBehind(): boolean {
    return this.missed && !this.ended;
  }

  beat(): void {
    if (Date.now() - this.openedAtMs > longestMs) this.end();
    else this.send(':\n\n');
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.response.end(`retry: ${comeBackMs}\n\n`);
  }

  private write(event: LedgerEvent): void {
    if (event.seq <= this.seq) return;
    this.seq = event.seq;
    this.last = event;
    this.send(frameOf(event));
  }

  private endIfOver(): void {
    if (this.last && isTerminal(this.last.status)) this.end();
  }

  private send(text: string): void {
    if (this.ended || this.response.destroyed) return;
    this.response.write(text);
    if (this.response.writableLength > mostBufferedBytes) {
      this.ended = true;
      this.response.destroy();
    }
  }
}

function frameOf(event: LedgerEvent): string {
  const { settlementId, seq, from, status, attempt, burnTxHash, mintTxHash, refundTxHash } = event;
  const { compensated, needsOperator, errorCode, errorMessage, at } = event;
  const hashes = { burnTxHash, mintTxHash, refundTxHash };
  const why = { compensated, needsOperator, errorCode, errorMessage };
  return `id: ${seq}\nevent: settlement\ndata: ${JSON.stringify({ settlementId, seq, from, status, attempt, ...hashes, ...why, at })}\n\n`;
}
