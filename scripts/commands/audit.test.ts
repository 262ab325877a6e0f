import { describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.fixture.ts';

describe('audit leaks', () => {
  test('refuses too few draws, what is no number, and recipes that there are not', async () => {
    await using user = await commandLine();

    const few = await user.type('audit', 'leaks', '--draws', '99', '--json');
    const words = await user.type('audit', 'leaks', '--draws', 'many');
    const recipe = await user.type('audit', 'leaks', '--recipe', 'other');

    expect([few.code, words.code, recipe.code]).toEqual([1, 1, 1]);
    expect(JSON.parse(few.stdout)).toEqual({
      schema: 1,
      error: {
        class: 'InputError',
        message: '"99" draws are too few to tell a leak from chance; ask for "100" at least',
      },
    });
    expect(words.stderr).toContain('"many" is not a whole number');
    expect(recipe.stderr).toContain('Allowed choices are symbol, pooled, residual, all');
  });

  test('refuses a run that nobody planned, in one document', async () => {
    await using user = await commandLine();

    const unknown = await user.type('audit', 'leaks', '--run', 'nobody', '--json');

    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.stdout)).toMatchObject({
      schema: 1,
      error: { class: 'InputError', message: expect.stringContaining('no plan of run "nobody"') },
    });
  });
});
