import { Client, Connection } from '@temporalio/client';
import { readEnvironment, type Config } from '../config';
import { workflowType } from '../domain/messages';
import { temporalTarget } from '../temporalTarget';

/** How many settlements are on their way, by Temporal's own count. */
export async function countOpen(config: Config): Promise<number> {
  const { connectionOptions, namespace } = temporalTarget(config, readEnvironment());
  const connection = await Connection.connect(connectionOptions);
  try {
    const client = new Client({ connection, namespace });
    const query = `WorkflowType = '${workflowType}' AND ExecutionStatus = 'Running'`;
    return (await client.workflow.count(query)).count;
  } finally {
    await connection.close();
  }
}
