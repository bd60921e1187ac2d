import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';

/** The Temporal server and the production bundle that jest's globalSetup made, and connections to them. */

export interface TestServer {
  readonly client: Client;
  readonly connection: NativeConnection;
  close(): Promise<void>;
}

/** No path takes this long: a run that hangs ends, and its test with it, whoever started it. */
const timeLimit: WorkflowClientInterceptor = {
  startWithDetails: (input, next) =>
    next({ ...input, options: { ...input.options, workflowExecutionTimeout: msToTs('30s') } }),
};

export async function connectToTestServer(): Promise<TestServer> {
  const address = fromGlobalSetup('TEST_TEMPORAL_ADDRESS');
  quietRuntime();
  const connection = await NativeConnection.connect({ address });
  const clientConnection = await Connection.connect({ address });
  return {
    client: new Client({ connection: clientConnection, identity: 'test', interceptors: { workflow: [timeLimit] } }),
    connection,
    close: async () => {
      await clientConnection.close();
      await connection.close();
    },
  };
}

/** The bundle that production runs: built once for all tests. */
export function productionBundlePath(): string {
  return fromGlobalSetup('TEST_WORKFLOW_BUNDLE');
}

/** Failing activities and refused updates are what these tests are about; a worker's warnings of them would drown the rest. */
export function quietRuntime(): void {
  const level = process.env.TEST_TEMPORAL_LOG === undefined ? 'ERROR' : 'DEBUG';
  try {
    Runtime.install({
      logger: new DefaultLogger(level),
      telemetryOptions: { logging: { filter: { core: level, other: 'ERROR' } } },
    });
  } catch {
    // Installed already by another helper of this test file.
  }
}

function fromGlobalSetup(name: 'TEST_TEMPORAL_ADDRESS' | 'TEST_WORKFLOW_BUNDLE'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: test/support/globalSetup.ts sets it`);
  return value;
}
