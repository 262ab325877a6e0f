import type { Holdout } from '../activities/validation/holdouts.ts';
import type { RunEvidence } from '../activities/validation/report-evidence.ts';
import { exchangeZone } from '../shared/runtime/exchange-time.ts';

const count = new Intl.NumberFormat('en');
/** `2025-01-31 09:15`, at the exchange. */
const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: exchangeZone,
  dateStyle: 'short',
  timeStyle: 'short',
});

/** What holdouts keep back of a run's rows, and which of them were opened: a line each. */
export function holdoutLines({
  holdouts,
  sealed,
}: Pick<RunEvidence, 'holdouts' | 'sealed'>): string[] {
  return [
    ...(sealed === undefined
      ? []
      : [
          `sealed     ${count.format(sealed.rows)} rows of sessions after ${sealed.freeze}, and ` +
            `${count.format(sealed.labels)} labels that end after it, by holdout ${sealed.name}`,
        ]),
    ...holdouts.flatMap(({ name, opened }) =>
      opened === undefined ? [] : [`opened     ${openedWords(name, opened)}`],
    ),
  ];
}

/** A holdout for a person. */
export function holdoutText(holdout: Holdout): string {
  const { name, recipe, interval, universe, freeze, sealedOn, configuration, opened } = holdout;
  const isLate = sealedOn > freeze;
  return [
    `${name}: ${opened === undefined ? `sealed after ${freeze}` : `open, once sealed after ${freeze}`}`,
    `  of       ${recipe}, ${interval}${universe === undefined ? '' : `, ${universe}`}, as run ` +
      `${holdout.runId} has it (${configuration.slice(0, 8)})`,
    `  sealed   ${wordText(holdout)}`,
    ...(isLate
      ? [
          `           sessions up to ${sealedOn} had been there by then, and may have been looked at`,
        ]
      : []),
    ...(opened === undefined ? [] : [`  opened   ${wordText(opened)}`]),
  ].join('\n');
}

function openedWords(name: string, opened: NonNullable<Holdout['opened']>): string {
  return `holdout ${name}, ${wordText(opened)}`;
}

function wordText({ who, why, at }: Pick<Holdout, 'who' | 'why' | 'at'>): string {
  return `on ${clock.format(at)} by ${who}: ${why}`;
}
