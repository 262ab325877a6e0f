import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { doctorChecks } from './checks.ts';
import { ensureLightgbm, findLightgbm } from './lightgbm.ts';
import { ensureTemporal, findTemporal } from './temporal.ts';

let folder: string;

/** A tool that says what `temporal --version` of some release says. */
function fakeTool(name: string, version: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho 'temporal version ${version}'\n`);
  chmodSync(path, 0o755);
  return path;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parts-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('findTemporal', () => {
  test('takes TEMPORAL_CLI first, even one built from source', async () => {
    const path = fakeTool('own', '0.0.0-DEV (Server 1.29.1, UI 2.42.1)');
    vi.stubEnv('TEMPORAL_CLI', path);

    expect(await findTemporal()).toEqual({ path, source: 'TEMPORAL_CLI', server: '1.29.1' });
  });

  test('refuses a TEMPORAL_CLI that is too old or is none', async () => {
    vi.stubEnv('TEMPORAL_CLI', fakeTool('old', '1.2.0 (Server 1.26.2, UI 2.34.0)'));
    await expect(ensureTemporal(vi.fn())).rejects.toThrow(/found server "1.26.2", expected/);

    vi.stubEnv('TEMPORAL_CLI', join(folder, 'none'));
    await expect(ensureTemporal(vi.fn())).rejects.toThrow(InputError);
  });

  test('takes one on PATH, and passes one over that is too old', async () => {
    vi.stubEnv('TEMPORAL_CLI', '');
    vi.stubEnv('PATH', folder);

    const path = fakeTool('temporal', '1.3.0 (Server 1.27.1, UI 2.36.0)');
    expect(await findTemporal()).toEqual({ path, source: 'PATH', server: '1.27.1' });

    fakeTool('temporal', '1.2.0 (Server 1.26.2, UI 2.34.0)');
    expect((await findTemporal())?.source).not.toBe('PATH');
  });
});

describe('findLightgbm', () => {
  test('takes LIGHTGBM_LIB first', async () => {
    vi.stubEnv('LIGHTGBM_LIB', inject('lightgbmLib'));

    expect(await ensureLightgbm(vi.fn())).toBe(inject('lightgbmLib'));
  });

  test('refuses a LIGHTGBM_LIB that is no file', () => {
    vi.stubEnv('LIGHTGBM_LIB', folder);

    expect(findLightgbm).toThrow(InputError);
  });
});

describe('doctorChecks', () => {
  test('names the remedy for what is wrong, and only for that', async () => {
    vi.stubEnv('LIGHTGBM_LIB', join(folder, 'none'));
    vi.stubEnv('TEMPORAL_CLI', inject('temporalCli'));

    const checks = await doctorChecks({ dataRoot: join(folder, 'data'), ports: [] });

    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toContain('lightgbm');
    for (const { ok, remedy } of checks) expect(remedy === undefined).toBe(ok);
  });
});
