import { describe, expect, test } from 'vitest';
import {
  eligibleWindow,
  filesOnly,
  planOf,
} from '../../activities/validation/finished-run.fixture.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { commandLine } from '../testing/command-line.fixture.ts';
import { meantWindow } from './explain.ts';

const window = 'M&M/1d/2022-01-01..2022-06-30';

describe('meantWindow', () => {
  test.each([
    ['a window', window, undefined, { window }],
    ['a window of a run', window, 'r1', { window, runId: 'r1' }],
    ['a stage of a window', `${window}/student`, undefined, { window }],
    ['a workflow', `train/r1/${window}/teacher`, undefined, { window, runId: 'r1' }],
    ['a workflow and its run', `train/r1/${window}/student`, 'r1', { window, runId: 'r1' }],
    ['a workflow without its stage', `train/r1/${window}`, undefined, { window, runId: 'r1' }],
    ['anything else', 'INFY', undefined, { window: 'INFY' }],
  ])('reads %s', (_, text, run, meant) => {
    expect(meantWindow(text, run)).toEqual(meant);
  });

  test('refuses another run than the one that the workflow names', () => {
    const refused = () => meantWindow(`train/r1/${window}/teacher`, 'r2');

    expect(refused).toThrow(InputError);
    expect(refused).toThrow('is of run "r1", not of "r2"; leave out --run');
  });
});

describe('explain', () => {
  test('answers in words or as one document, without a server', async () => {
    await using user = await commandLine();
    const files = await filesOnly(await openDataRoot(user.dataRoot));
    await planOf(files, [eligibleWindow('M&M')]);

    const text = await user.type('explain', window);
    const document = await user.json<object>('explain', `train/r1/${window}/student`);
    const unknown = await user.type('explain', 'MM/1d/2022-01-01..2022-06-30', '--run', 'r1');

    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain(`window        ${window}\nrun           r1, as of 2025-01-31`);
    expect(text.stdout).toMatch(/^npm run -s sensequant -- train --symbols 'M&M' /m);
    expect(document).toMatchObject({ schema: 1, runId: 'r1', window, decision: 'train' });
    expect([unknown.code, unknown.stdout]).toEqual([1, '']);
    expect(unknown.stderr).toContain('did you mean "M&M"?');
  });
});
