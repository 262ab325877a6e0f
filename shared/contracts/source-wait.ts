/**
 * What a SourceError of a source of bars waits for, in its `fields.wait`: a person with a new session,
 * the source's next minute or day, or the end of an outage.
 */
export type SourceWait = 'session' | 'minute-quota' | 'day-quota' | 'outage';
