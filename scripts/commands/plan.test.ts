import { describe, expect, test } from 'vitest';
import { commandLine } from '../testing/command-line.fixture.ts';
import { storeSimulated } from '../testing/simulated-bars.fixture.ts';

interface PlanDocument {
  readonly survivors?: object;
  readonly windows: readonly { readonly symbol: string; readonly absent?: object }[];
}

const names = Array.from({ length: 20 }, (_, index) => `S${String(index).padStart(2, '0')}`);

describe('plan', () => {
  test('names who is left out of a pool and why, and who chose its members', async () => {
    await using user = await commandLine();
    await storeSimulated(user.dataRoot, names);
    const pool = ['plan', '--recipe', 'pooled', '--window-sessions', '300', '--from', '2022-01-01'];
    const asked = [...pool, '--to', '2023-03-31', '--symbols', [...names, 'TCS'].join()];

    const text = await user.type(...asked);
    const document = await user.json<PlanDocument>(...asked);

    expect(text.stdout).toMatch(
      /\nleft out of POOLED\.list-[0-9a-f]{8} from 2022-01-03: no-bars TCS\n/,
    );
    expect(text.stdout).toMatch(/\nsurvivors: pool list-[0-9a-f]{8} holds whoever is known today/);
    expect(document.windows[0].absent).toEqual({ TCS: 'no-bars' });
    expect(document.survivors).toMatchObject({ chosenBy: 'today' });
  });

  test('says what to do where no window is due', async () => {
    await using user = await commandLine();
    await storeSimulated(user.dataRoot, ['TCS']);

    const text = await user.type('plan', '--from', '2022-01-01', '--to', '2022-05-31');
    const some = await user.type('plan', '--from', '2022-01-01', '--to', '2022-06-30');

    expect(text.stdout).toContain(
      'nothing is due: the first of these windows is decided at the close of 2022-06-29, and the ' +
        'request reaches to 2022-05-31; ask for it with --to 2022-06-29 or later, or for earlier ' +
        'windows with an earlier --from\n',
    );
    expect(some.stdout).not.toContain('nothing is due');
  });
});
