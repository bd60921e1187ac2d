const nothingToSay = "interrupted; a settlement that was started goes on, 'settle watch ID' shows it";
let lines = nothingToSay;

/** What Ctrl-C says from now on: that whoever waits may stop waiting, and how to come back. */
export function sayOnInterrupt(text: string): void {
  lines = text;
}

/** Ctrl-C ends this process with 130. No settlement stops with it. */
export function installInterruption(): void {
  process.once('SIGINT', () => {
    process.stderr.write(`\n${lines}\n`);
    process.exit(130);
  });
}
