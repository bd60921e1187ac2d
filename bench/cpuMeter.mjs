// Which process the processor's time goes to. On two cores the sum of them is the limit, so this is where to look first.
import { readdirSync, readFileSync } from 'node:fs';
import { stackPaths } from './project.mjs';

/** Ticks of /proc are 10 ms on every Linux there is. */
const msPerTick = 10;

/** Counts the processor time of this process, the stack's and the floor's workers between two marks; of this one only without /proc. */
export function cpuMeter({ folder, floorPids }) {
  const at = {};
  return {
    mark(name) {
      at[name] = readAll(folder, floorPids);
    },
    /** @returns {Record<string, number>} milliseconds an item, by process */
    perItemMs(items) {
      const used = {};
      // By process: one that ended meanwhile (a connection of Postgres) must not take back what others used.
      for (const [pid, { name, ms }] of at.to ?? []) {
        used[name] = (used[name] ?? 0) + (ms - (at.from?.get(pid)?.ms ?? 0)) / items;
      }
      return used;
    },
  };
}

/** @returns {Map<number, { name: string, ms: number }>} */
function readAll(folder, floorPids) {
  const { user, system } = process.cpuUsage();
  const used = new Map([[process.pid, { name: 'client (this process)', ms: (user + system) / 1000 }]]);
  // The guard's own list: whatever the stack is made of, now or later.
  const children = JSON.parse(readFileSync(stackPaths(folder).children, 'utf8'));
  const names = new Map(children.map(({ pid, commandLine }) => [pid, nameOf(commandLine)]));
  for (const pid of floorPids) names.set(pid, 'floor workers');
  const processes = readProcesses();
  for (const { pid, ms } of processes.values()) {
    const name = nameOfAncestor(pid, names, processes);
    if (name !== undefined) used.set(pid, { name, ms });
  }
  return used;
}

function nameOf(commandLine) {
  const kinds = { 'start-dev': 'temporal', anvil: 'chains', 'worker.js': 'workers', postgres: 'ledger' };
  return Object.entries(kinds).find(([part]) => commandLine.includes(part))?.[1] ?? commandLine.split(' ')[0];
}

/** Postgres serves each connection in a process of its own, a grandchild of the one we started. */
function nameOfAncestor(pid, names, processes) {
  for (let at = pid; at !== undefined; at = processes.get(at)?.parent) {
    if (names.has(at)) return names.get(at);
  }
  return undefined;
}

/** @returns {Map<number, { pid: number, parent: number, ms: number }>} empty where there is no /proc */
function readProcesses() {
  const processes = new Map();
  for (const entry of pidsInProc()) {
    try {
      // The name in parentheses may hold anything; fields are counted after it.
      const fields = readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ').at(-1).split(' ');
      const ms = (Number(fields[11]) + Number(fields[12])) * msPerTick;
      processes.set(Number(entry), { pid: Number(entry), parent: Number(fields[1]), ms });
    } catch {
      // It ended meanwhile.
    }
  }
  return processes;
}

function pidsInProc() {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
