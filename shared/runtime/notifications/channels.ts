import { InputError } from '../../contracts/errors.ts';
import type { DataRoot } from '../data-root.ts';
import { Secret } from '../stack/secret.ts';
import { mail, type MailChannel } from './mail.ts';
import { noteInFile, type FileChannel } from './notice-file.ts';
import type { Notice } from './notice.ts';
import { callWebhook, type WebhookChannel } from './webhook.ts';

/** A channel, its secrets as the environment had them. */
export type Channel = WebhookChannel | MailChannel | FileChannel;

/** Channels by name. */
export type Channels = ReadonlyMap<string, Channel>;

/** A channel as the stack's file has it: what it must not hold is named by variables. */
type WrittenChannel = { readonly kind: Channel['kind'] } & Readonly<Record<string, unknown>>;

/** Takes the secrets that channels name from the environment; one that is not set stays away. */
export function channelsOf(
  written: Readonly<Record<string, WrittenChannel>>,
  env: NodeJS.ProcessEnv,
): Channels {
  const channel = ([name, fields]: [string, WrittenChannel]): [string, Channel] => {
    const known = Object.entries(fields).flatMap(([field, value]) => {
      if (!field.endsWith('Env')) return [[field, value]];
      const secret = env[String(value)] ?? '';
      return [
        [field, value],
        ...(secret === '' ? [] : [[field.slice(0, -'Env'.length), new Secret(secret)]]),
      ];
    });
    return [name, Object.fromEntries(known) as Channel];
  };
  return new Map(Object.entries(written).map(channel));
}

/**
 * Tells one channel, at least once: whoever tries again sends the same key.
 *
 * @throws InputError (never retried) if there is no such channel, a secret it names is not set, or
 *   the other side refuses what it is sent
 * @throws SourceError (retried) if the other side does not answer, or asks to come again
 */
export async function send(
  { channels, root }: { readonly channels: Channels; readonly root: DataRoot },
  name: string,
  notice: Notice,
  signal: AbortSignal,
): Promise<void> {
  const channel = channels.get(name);
  if (channel === undefined)
    throw new InputError(
      `there is no channel "${name}"; temporal-dev.yaml has ` +
        `"${[...channels.keys()].join('", "')}" under "notifications"`,
    );
  switch (channel.kind) {
    case 'webhook':
      return await callWebhook(channel, notice, signal);
    case 'smtp':
      return await mail(channel, notice);
    case 'file':
      return await noteInFile(channel, root, notice);
  }
}
