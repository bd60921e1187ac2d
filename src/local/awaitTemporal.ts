import { Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { TransientError } from '../domain/errors';

export interface AwaitOptions {
  readonly connectionOptions: ConnectionOptions;
  readonly namespace: string;
  readonly timeoutMs: number;
  /** Says when there is no more sense in waiting. */
  readonly gone?: () => boolean;
}

const notFound = 5;

/**
 * Resolves with a connection when the server really serves: the namespace is there, and the history service answers (it
 * says NOT_FOUND for a workflow that is not there).
 * @throws TransientError TEMPORAL_UNAVAILABLE
 */
export async function awaitTemporal(options: AwaitOptions): Promise<Connection> {
  const deadline = Date.now() + options.timeoutMs;
  // Lazy, and with a short backoff: the default waits a second after the first refused connection.
  const connection = Connection.lazy({
    ...options.connectionOptions,
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 50, 'grpc.max_reconnect_backoff_ms': 500 },
    interceptors: [],
  });
  for (;;) {
    try {
      await connection.withDeadline(Date.now() + 2_000, () => probe(connection, options.namespace));
      return connection;
    } catch (error) {
      const ended = options.gone?.() ?? false;
      if (ended || Date.now() > deadline) {
        await connection.close();
        const why = ended ? 'it ended' : error instanceof Error ? error.message : String(error);
        throw new TransientError(
          'TEMPORAL_UNAVAILABLE',
          `the Temporal server at ${options.connectionOptions.address ?? 'localhost:7233'}, namespace ${options.namespace}, does not serve: ${why}`,
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function probe(connection: Connection, namespace: string): Promise<void> {
  await connection.workflowService.describeNamespace({ namespace });
  try {
    await connection.workflowService.describeWorkflowExecution({ namespace, execution: { workflowId: 'local:probe' } });
  } catch (error) {
    if (!isGrpcServiceError(error) || (error.code as number) !== notFound) throw error;
  }
}
