/** One command of a book, and what it is said to print. */
export interface BookCommand {
  /** The line it stands on, from 1. */
  readonly line: number;
  readonly command: string;
  readonly expected: readonly string[];
  /** What must have happened before it, of what no reader would type. */
  readonly scenes: readonly string[];
}

/**
 * Reads the commands of a Markdown book: in blocks of `console`, a line that begins with `$ ` is a
 * command (a backslash at its end goes on in the next line), and the lines below are what it prints.
 * A comment `<!-- scene: name -->` is no text for a reader, but something that happens before the next
 * command.
 *
 * @throws Error where a block holds output without a command
 */
export function bookCommands(markdown: string): BookCommand[] {
  const commands: { line: number; command: string; expected: string[]; scenes: string[] }[] = [];
  let scenes: string[] = [];
  let inBlock = false;
  let goesOn = false;
  for (const [index, text] of markdown.split('\n').entries()) {
    const scene = /^<!-- scene: (.+) -->$/.exec(text);
    if (scene !== null) scenes.push(scene[1]);
    else if (text.startsWith('```')) {
      inBlock = !inBlock && text === '```console';
      goesOn = false;
    } else if (inBlock) {
      const last = commands.at(-1);
      if (text.startsWith('$ ')) {
        commands.push({ line: index + 1, command: text.slice(2), expected: [], scenes });
        scenes = [];
      } else if (last === undefined) throw new Error(`line ${index + 1} is output of no command`);
      else if (goesOn) last.command = `${last.command}\n${text}`;
      else last.expected.push(text);
      goesOn = commands.at(-1)?.expected.length === 0 && text.endsWith('\\');
    }
  }
  return commands;
}

/**
 * The first line that a book promises and an output does not have, lines taken in order; spaces
 * count as one, `…` stands for anything, and lines that nobody promised may stand between.
 */
export function firstMissing(expected: readonly string[], output: string): string | undefined {
  const lines = output.split('\n').map(condensed);
  let from = 0;
  for (const promise of expected.filter((line) => line.trim() !== '…')) {
    const pattern = new RegExp(`^${condensed(promise).split('…').map(escaped).join('.*')}$`);
    const found = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (found < 0) return promise;
    from = found + 1;
  }
  return undefined;
}

function condensed(line: string): string {
  return line.trim().replaceAll(/\s+/g, ' ');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
