// Compiles the contracts of contracts/test/support that misbehave on purpose, and prints { name: { abi, bytecode } } as one line.
import { compile } from '../../../scripts/contracts/compile.mjs';

const names = ['HostileWallet', 'HostileToken'];
const fileOf = (name) => `contracts/test/support/${name}.sol`;
const compiled = compile(names.map(fileOf));
const contracts = names.map((name) => {
  const { abi, evm } = compiled[fileOf(name)][name];
  return [name, { abi, bytecode: `0x${evm.bytecode.object}` }];
});
console.log(JSON.stringify(Object.fromEntries(contracts)));
