/** A fact under its name; without one where it goes on from the fact before. */
export type Fact = readonly [name: string, text: string];

const nameWidth = 14;
const lineWidth = 100;

/** Facts aligned, a line each, wrapped at 100 columns; a word longer than that stays whole. */
export function factLines(facts: readonly Fact[]): string {
  return facts
    .flatMap(([name, text]) =>
      wrapped(text, lineWidth - nameWidth).map((line, index) =>
        `${(index === 0 ? name : '').padEnd(nameWidth)}${line}`.trimEnd(),
      ),
    )
    .join('\n');
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
