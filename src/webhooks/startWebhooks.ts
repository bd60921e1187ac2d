import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy, type Client } from '@temporalio/client';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { askTemporal } from '../client/askTemporal';
import { ownsSettlement } from '../domain/apiToken';
import { isTerminal } from '../domain/status';
import { webhookWorkflowType, type WebhookRequest } from '../domain/webhook';
import { followEvents, type EventFollower } from '../ledger/api/followEvents';
import type { LiveWebhook } from '../ledger/api/liveWebhooks';
import type { NewEvent } from '../ledger/api/newEvents';
import type { ApiLedger } from '../ledger/createApiLedger';

export interface WebhookRelay {
  close(): Promise<void>;
}

interface RelayContext {
  readonly ledger: Pick<ApiLedger, 'newEvents' | 'liveWebhooks' | 'webhookCursor' | 'moveWebhookCursor'>;
  readonly client: Client;
  readonly taskQueue: string;
  readonly log: Logger;
}

const pollEveryMs = 500;
const troubleEveryMs = 2_000;

/**
 * Has Temporal tell receivers of what ended, from the ledger's own events: a settlement knows nothing of it. The cursor moves only
 * when the runs are there, so that nothing is lost; what is started twice has the same workflow id, and is one.
 */
export function startWebhooks(context: RelayContext): WebhookRelay {
  const ending = new AbortController();
  const { signal } = ending;
  const isOver = (): boolean => signal.aborted;

  async function relay(): Promise<void> {
    let follower: EventFollower | null = null;
    let epoch: number | null = null;
    while (!isOver()) {
      try {
        follower ??= followEvents(context.ledger.newEvents, await context.ledger.webhookCursor());
        const before = follower.through;
        await startAll(context, await follower.next());
        // After a restore ids begin again where the restored cursor is.
        if (follower.epoch !== (epoch ??= follower.epoch)) [follower, epoch] = [null, null];
        else if (follower.through > before) await context.ledger.moveWebhookCursor(follower.through);
        await pause(pollEveryMs, undefined, { signal });
      } catch (error) {
        if (isOver()) return;
        // What was read and not started is read again.
        follower = null;
        context.log.warn({ error: error instanceof Error ? error.message : String(error) }, 'webhooks wait');
        await pause(troubleEveryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  const relaying = relay();
  return {
    async close() {
      ending.abort();
      await relaying;
    },
  };
}

async function startAll(context: RelayContext, events: readonly NewEvent[]): Promise<void> {
  const ends = events.filter(({ from, status }) => isTerminal(status) && from !== status);
  if (ends.length === 0) return;
  const webhooks = await context.ledger.liveWebhooks();
  for (const event of ends) {
    const told = webhooks.filter((webhook) => isFor(webhook, event));
    await Promise.all(told.map(({ tokenId }) => startOne(context, event, tokenId)));
  }
}

function isFor(webhook: LiveWebhook, { settlementId, at }: NewEvent): boolean {
  return ownsSettlement(webhook, settlementId) && Date.parse(at) >= webhook.sinceMs;
}

async function startOne({ client, taskQueue }: RelayContext, event: NewEvent, tokenId: string): Promise<void> {
  const { settlementId, seq, hash } = event;
  const request: WebhookRequest = { tokenId, settlementId, seq, messageId: `msg_${tokenId}_${hash.slice(0, 24)}` };
  try {
    await askTemporal(() =>
      client.workflow.start(webhookWorkflowType, {
        // The event's hash too: a ledger that was restored can write another event under the same number.
        workflowId: `webhook:${settlementId}:${seq}:${tokenId}:${hash.slice(0, 8)}`,
        taskQueue,
        workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
        args: [request],
        staticSummary: `tell that ${settlementId} is ${event.status}`,
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
