// After `npm install`: writes into package-lock.json the binaries of other platforms that npm left out, which it does where
// the registry it asked does not carry them. Without these entries `npm ci` refuses the lock file, on every platform.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(file, 'utf8'));
const systems = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony'];
const processors = { amd64: 'x64', x64: 'x64', arm64: 'arm64', arm: 'arm', ia32: 'ia32' };
const sameName = ['ppc64', 's390x', 'riscv64', 'loong64'];

let added = 0;
for (const { optionalDependencies } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const words = name.split(/[-/]/);
    const os = words.find((word) => systems.includes(word));
    const cpu = words.map((word) => processors[word] ?? (sameName.includes(word) ? word : undefined)).find(Boolean);
    // Only exact versions of a platform's binary: anything else is for npm to resolve.
    if (lock.packages[path] || !os || !cpu || !/^\d+\.\d+\.\d+$/.test(version)) continue;
    lock.packages[path] = { version, cpu: [cpu], optional: true, os: [os] };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.error(`${added} entries added to package-lock.json`);
