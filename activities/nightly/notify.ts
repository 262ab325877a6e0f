import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NotifyInput } from '../../shared/contracts/nightly.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { readJson } from '../../shared/runtime/files/files.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

/** Whom nights tell: names of the channels of `temporal-dev.yaml`, as the work process read it. */
export function listChannels(
  { notices }: ComputeWorld,
  _night: { readonly root: string },
): Promise<readonly string[]> {
  return Promise.resolve(notices.channels);
}

/**
 * Tells one channel. Delivered at least once: the key is the same for each try, so that whoever
 * receives it twice can tell.
 *
 * @throws InputError (final) if the other side refuses it, or a secret is not set
 * @throws SourceError (retried) if the other side does not answer
 */
export async function notify(
  { root, notices }: ComputeWorld,
  { channel, kind, key, subject, runId, text }: NotifyInput,
  { signal }: Step,
): Promise<void> {
  const isBriefing = kind === 'briefing' && runId !== undefined;
  const folder = runFolder(root, runId ?? '');
  await notices.send(
    channel,
    {
      key: `${key}/${channel}`,
      subject,
      text: isBriefing
        ? await readFile(path.join(folder, 'briefing.md'), 'utf8')
        : (text ?? subject),
      facts: isBriefing
        ? { kind, ...((await readJson(path.join(folder, 'briefing.json'))) as object) }
        : { kind, ...(runId === undefined ? {} : { runId }) },
    },
    signal,
  );
}
