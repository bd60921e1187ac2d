// Loaded before a worker's own code: its clock is wrong by what the environment says, everybody else's is right.
const shiftMs = Number(process.env.CHAOS_CLOCK_SHIFT_MS);
const now = Date.now;
const RealDate = Date;
Date.now = () => now() + shiftMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args) => (args.length === 0 ? new target(now() + shiftMs) : Reflect.construct(target, args)),
});
