import { proxyActivities } from '@temporalio/workflow';

const { first, second } = proxyActivities({ startToCloseTimeout: '1m' });

/** As little as a durable workflow of two steps can do: what a settlement costs above this is ours. */
export async function floorWorkflow() {
  await first();
  await second();
}
