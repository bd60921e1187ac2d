import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../src/config';
import { workerVersionOf } from '../../src/workerVersionOf';

describe('which build a worker is of', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settlement-version-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const bundle = (name: string, code: string): string => {
    writeFileSync(join(folder, name), code);
    return join(folder, name);
  };
  const map = (of: string): string => `//# sourceMappingURL=data:application/json;charset=utf-8;base64,${of}\n`;
  const own = bundle('own.js', `code();\n${map('AAAA')}`);
  const versionOf = (
    deployment: NonNullable<Config['temporal']['deployment']> | undefined,
    path = own,
    workerBuildId?: string,
  ) => workerVersionOf({ temporal: { deployment } } as Config, { workerBuildId }, path);

  test('none where no deployment is named', () => {
    expect(versionOf(undefined)).toBeNull();
    expect(versionOf(undefined, own, 'b7')).toBeNull();
  });

  test('the environment names it before the configuration does', () => {
    expect(versionOf({ name: 'd', buildId: 'b1' })).toEqual({ deploymentName: 'd', buildId: 'b1' });
    expect(versionOf({ name: 'd', buildId: 'b1' }, own, 'b2')).toEqual({ deploymentName: 'd', buildId: 'b2' });
    expect(() => versionOf({ name: 'd' }, own, 'b:2')).toThrow('WORKER_BUILD_ID');
  });

  test('else the workflow code does: the same wherever it was built, another once it is another', () => {
    const told = versionOf({ name: 'd' })?.buildId;
    expect(told).toMatch(/^[0-9a-f]{12}$/);
    expect(versionOf({ name: 'd' }, bundle('elsewhere.js', `code();\n${map('BBBB')}`))?.buildId).toBe(told);
    expect(versionOf({ name: 'd' }, bundle('other.js', `codes();\n${map('AAAA')}`))?.buildId).not.toBe(told);
    expect(() => versionOf({ name: 'd' }, join(folder, 'none.js'))).toThrow('temporal.deployment.buildId');
  });
});
