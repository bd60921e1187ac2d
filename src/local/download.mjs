// Has the Temporal SDK download its dev server into the folder given as the first argument, as the version given as the
// second. A process of its own: the SDK's runtime is a singleton that nobody else here wants, and a download that hangs on
// a silent firewall can be killed. Starting the server is the only way to have it downloaded.
import { createRequire } from 'node:module';

const [downloadDir, version] = process.argv.slice(2);
const { TestWorkflowEnvironment } = createRequire(import.meta.url)('@temporalio/testing');
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version } },
});
await environment.teardown();
