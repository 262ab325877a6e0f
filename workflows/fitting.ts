/** What a message may carry as JSON: 4 KiB, with room for its frame. */
export const messageCharacters = 3_600;

/**
 * As many of the first items as one message holds as JSON, and `least` of them however long they are.
 *
 * @param characters - what may be used; each item takes one more, its comma
 */
export function fitting<Item>(items: readonly Item[], characters: number, least: number): Item[] {
  let length = 0;
  const count = items.findIndex((item, index) => {
    length += JSON.stringify(item).length + 1;
    return index >= least && length > characters;
  });
  return count < 0 ? [...items] : items.slice(0, count);
}
