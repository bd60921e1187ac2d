import { rpcCall } from '../../src/local/rpcCall';

/**
 * Sets anvil's clock to this machine's, or so far ahead. anvil keeps whole seconds between the two: set across the end of a second, as
 * it does itself when it starts, its blocks would look older by one than what was journaled before them.
 */
export async function setChainClock(rpcUrl: string, aheadSeconds = 0): Promise<void> {
  const wantedSeconds = (): number => Math.floor(Date.now() / 1_000) + aheadSeconds;
  for (;;) {
    const seconds = wantedSeconds();
    await rpcCall(rpcUrl, 'evm_setTime', [seconds], 10_000);
    if (wantedSeconds() === seconds) return;
  }
}
