// Where a worker's threads spend their time, from V8's own profiles.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from './project.mjs';

export const profileFolder = () => join(projectRoot(), 'bench-profile');

/** Options of Node that leave a profile of each of the process's threads when it ends by itself. */
export function profileArgs() {
  rmSync(profileFolder(), { recursive: true, force: true });
  return ['--cpu-prof', `--cpu-prof-dir=${profileFolder()}`];
}

/**
 * Self time by package, the busiest first, over all threads of all workers. What V8 and Node do themselves (JSON, sockets,
 * hashing) is charged to the package that asked for it: that is where it can be asked for less often.
 * @returns {{ files: number, packages: { name: string, selfMs: number }[] }}
 */
export function readProfiles() {
  const folder = profileFolder();
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')) : [];
  const selfMs = new Map();
  for (const file of files) {
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const names = chargedTo(nodes);
    samples.forEach((id, index) => {
      const name = names.get(id);
      selfMs.set(name, (selfMs.get(name) ?? 0) + timeDeltas[index] / 1000);
    });
  }
  selfMs.delete('(idle)');
  const packages = [...selfMs].map(([name, ms]) => ({ name, selfMs: ms })).sort((a, b) => b.selfMs - a.selfMs);
  return { files: files.length, packages };
}

/** The package of each node of the call tree, or of its nearest caller that has one. */
function chargedTo(nodes) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const names = new Map();
  const visit = (node, caller) => {
    const own = packageOf(node.callFrame);
    const name = own ?? caller;
    // Called by nobody: Node's own event loop. Its module tells what for.
    names.set(node.id, name ?? (node.callFrame.url || '(V8 itself)'));
    for (const child of node.children ?? []) visit(byId.get(child), name);
  };
  visit(nodes[0], undefined); // the root: V8 writes it first
  return names;
}

/** Undefined for V8's built-ins and Node's own modules. */
function packageOf({ functionName, url }) {
  // (garbage collector), (idle), and (program): native code, the SDK's core and the system among it.
  if (url === '') return /^\((?!root|anonymous)/.test(functionName) ? functionName : undefined;
  if (url.startsWith('node:')) return undefined;
  const path = url.startsWith('file:') ? fileURLToPath(url) : url;
  const inPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
  if (inPackage) return inPackage;
  const ours = /\/dist\/([^/]+)/.exec(path)?.[1];
  return ours ? `ours: ${ours.replace(/\.js$/, '')}` : path;
}
