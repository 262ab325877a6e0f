/** How much a line matters; named as in pino. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'fatal';

/** Told each whole line, without prefix and line end. Must not throw. */
export type OnLog = (level: LogLevel, line: string) => void;

const levels: Readonly<Record<string, LogLevel>> = {
  Debug: 'debug',
  Info: 'info',
  Warning: 'warn',
  Fatal: 'fatal',
};

/** Joins the pieces in which LightGBM logs into lines. */
export interface LogLines {
  /** Takes a piece: the prefix with the level, the text, or the line end. */
  piece(text: string): void;
  /** A new fit begins: what was said before may be said again. */
  begin(): void;
}

/**
 * Reports each different line once a fit: where trees cannot grow further, LightGBM says so in
 * every one of hundreds of rounds.
 */
export function logLines(onLog: OnLog): LogLines {
  const said = new Set<string>();
  let open = '';
  let level: LogLevel = 'info';

  function report(whole: string): void {
    const prefix = /^\[LightGBM\] \[(\w+)\] /.exec(whole);
    // A text with a line end inside continues on the level of its first line.
    if (prefix) level = levels[prefix[1]] ?? 'info';
    const line = whole.slice(prefix?.[0].length ?? 0);
    if (line === '' || said.has(line)) return;
    said.add(line);
    onLog(level, line);
  }

  return {
    piece(text) {
      const lines = (open + text).split('\n');
      open = lines.pop() ?? '';
      lines.forEach(report);
    },
    begin() {
      said.clear();
    },
  };
}
