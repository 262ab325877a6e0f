import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { defaultProgramOptions, runProgram } from '../setup/programs.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const config = `
  import { Tally } from '${join(checkout, 'scripts/testing/tally.ts')}';
  export default { test: { reporters: ['default', new Tally()] } };
`;
const passing = "test('passes', () => {});";

/** Runs vitest on one test file of this text; undefined is no file at all. */
async function runTests(text: string | undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'vitest.config.js'), config);
  const imports = "import { beforeAll, describe, expect, test } from 'vitest';";
  if (text !== undefined) writeFileSync(join(folder, 'a.test.js'), `${imports}\n${text}\n`);
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--root', folder];
  const { code, stdout } = await runProgram(process.execPath, args, defaultProgramOptions);
  return { code, lastLine: stdout.split('\n').at(-1) };
}

test.each([
  ['counts what passed', passing, 0, '1 passed, 0 failed, 0 skipped'],
  [
    'counts todo with skipped',
    `${passing} test.skip('a', () => {}); test.todo('b');`,
    0,
    '1 passed, 0 failed, 2 skipped',
  ],
  [
    'counts what failed',
    `${passing} test('fails', () => expect(1).toBe(2));`,
    1,
    '1 passed, 1 failed, 0 skipped',
  ],
  ['counts a file that does not load', "import './none.js';", 1, '0 passed, 1 failed, 0 skipped'],
  [
    'counts a group whose hook throws',
    `${passing} describe('group', () => { beforeAll(() => { throw new Error('x'); }); ${passing} });`,
    1,
    '1 passed, 1 failed, 1 skipped',
  ],
  [
    'counts an error outside of any test',
    `${passing} Promise.reject(new Error('x'));`,
    1,
    '1 passed, 1 failed, 0 skipped',
  ],
  [
    'fails where every test is skipped',
    'test.skip("a", () => {});',
    1,
    '0 passed, 0 failed, 1 skipped',
  ],
  ['fails where no test is there', undefined, 1, '0 passed, 1 failed, 0 skipped'],
])('%s', async (_title, text, code, lastLine) => {
  expect(await runTests(text)).toEqual({ code, lastLine });
});
