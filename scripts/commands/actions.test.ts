import { describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.fixture.ts';
import { storeSimulated } from '../testing/simulated-bars.fixture.ts';

interface Listed {
  readonly schema: number;
  readonly actions: readonly { readonly kind: string; readonly source: string }[];
}

describe('actions', () => {
  test('are confirmed by a person, listed, and refused with what was expected', async () => {
    await using user = await commandLine();
    await storeSimulated(user.dataRoot, ['TCS']);

    expect(await user.json('actions', 'propose')).toMatchObject({ schema: 1, searched: 1 });
    const confirmed = await user.json(
      'actions',
      'confirm',
      'TCS',
      '2022-03-04',
      '--ratio',
      '5:1 split',
    );
    expect(confirmed).toMatchObject({ schema: 1, kind: 'split', bars: { shown: false } });
    const refused = await user.type('actions', 'confirm', 'TCS', '2022-03-06', '--move');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('the exchange was closed on "2022-03-06"');

    const { actions } = await user.json<Listed>('actions', 'list', '--symbols', 'TCS');
    expect(actions).toMatchObject([{ kind: 'split', source: 'operator' }]);
    expect(await user.json('reconcile')).toMatchObject({ schema: 1, symbols: [], single: ['TCS'] });
  });
});
