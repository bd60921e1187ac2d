// Foundry's binaries as npm installed them. Started directly and not through npm's wrapper script, so that a signal to the
// child reaches the binary itself.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const require = createRequire(import.meta.url);

const architectures = { x64: 'amd64', arm64: 'arm64' };

/** The path of `forge` or `anvil` for this platform. */
export function foundryBinary(tool) {
  const platform = `${process.platform}-${architectures[process.arch] ?? process.arch}`;
  const file = process.platform === 'win32' ? `${tool}.exe` : tool;
  try {
    return require.resolve(`@foundry-rs/${tool}-${platform}/bin/${file}`);
  } catch {
    throw new Error(
      `${tool} is not installed for ${platform}: run npm ci (it is an optional package of @foundry-rs/${tool})`,
    );
  }
}

/** A TCP port nobody listens on right now. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
