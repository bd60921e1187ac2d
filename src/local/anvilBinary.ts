import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ConfigError } from '../domain/errors';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * The native anvil of @foundry-rs/anvil's package for this platform. Not the package's own launcher: a signal must reach the
 * real process, and its exit must be seen.
 * @throws ConfigError CONFIG_INVALID
 */
export function anvilBinary(): string {
  const platform = `${process.platform}-${architectures[process.arch] ?? process.arch}`;
  try {
    // The platform package is a dependency of the launcher's, so it is looked up from there, wherever npm has put it.
    const launcher = createRequire(require.resolve('@foundry-rs/anvil/package.json'));
    const folder = dirname(launcher.resolve(`@foundry-rs/anvil-${platform}/package.json`));
    return join(folder, 'bin', process.platform === 'win32' ? 'anvil.exe' : 'anvil');
  } catch (cause) {
    throw new ConfigError(
      'CONFIG_INVALID',
      `there is no @foundry-rs/anvil for ${platform} in node_modules; npm ci installs it on Linux and macOS (x64, arm64)`,
      { cause },
    );
  }
}
