// Preloaded into a worker with --expose-gc: whoever connects to the socket is told the process's memory after a collection.
// Copied into the stack's folder first: the folder it lies in is where its socket is.
const { createServer } = require('node:net');
const { join } = require('node:path');
const { isMainThread } = require('node:worker_threads');

// Threads preload it too; the process is one.
if (isMainThread) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    globalThis.gc();
    socket.end(JSON.stringify(process.memoryUsage()));
  });
  server.listen(join(module.path, 'probe.sock'));
  server.unref(); // must not keep a worker that is told to stop
}
