import { isCancellation } from '@temporalio/workflow';
import type { NoticeKind, NotifyInput } from '../shared/contracts/nightly.ts';
import { notices as channel, work } from './proxies.ts';

/** Tells whoever is to be told of a night. */
export interface Notices {
  /** Tells every channel, each by itself; whoever cannot be told keeps nobody from being told. */
  tell(kind: NoticeKind, subject: string, what: Pick<NotifyInput, 'runId' | 'text'>): Promise<void>;
  /** Channels that got all they should, and those that missed something. */
  outcome(): { readonly told: readonly string[]; readonly untold: readonly string[] };
}

/**
 * Opens the notices of a night.
 *
 * @param night - tells it from every other, also from one that is made up for under the same id
 */
export function noticesOf(root: string, night: string): Notices {
  const told = new Map<string, boolean>();

  async function tellOne(input: NotifyInput): Promise<void> {
    try {
      await channel.notify(input);
      told.set(input.channel, told.get(input.channel) ?? true);
    } catch (error) {
      if (isCancellation(error)) throw error;
      told.set(input.channel, false);
    }
  }

  return {
    async tell(kind, subject, what) {
      const channels = await work.listChannels({ root });
      const key = `${night}/${kind}`;
      await Promise.all(
        channels.map((name) => tellOne({ root, channel: name, kind, key, subject, ...what })),
      );
    },
    outcome: () => ({
      told: [...told].flatMap(([name, all]) => (all ? [name] : [])),
      untold: [...told].flatMap(([name, all]) => (all ? [] : [name])),
    }),
  };
}
