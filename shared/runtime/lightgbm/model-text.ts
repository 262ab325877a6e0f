/** Parameters that say where and how loudly a model was fitted, and nothing of the model. */
export const laneParameters = [
  'num_threads',
  'device_type',
  'gpu_platform_id',
  'gpu_device_id',
  'gpu_device_id_list',
  'num_gpu',
  'verbosity',
];

const laneLines = new RegExp(`^\\[(${laneParameters.join('|')}): .*\\]\n`, 'gm');

/** The model without the lines that differ from lane to lane: same input, same bytes. */
export function withoutLane(text: string): string {
  const start = text.lastIndexOf('\nparameters:\n');
  return start < 0 ? text : text.slice(0, start) + text.slice(start).replaceAll(laneLines, '');
}

/** The parameters that a model was fitted with, as its text states them. */
export function parametersOf(text: string): Readonly<Record<string, string>> {
  const section = text.slice(text.lastIndexOf('\nparameters:\n'));
  const lines = section.matchAll(/^\[([^:\]]+): (.*)\]$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}

/** One of them by its name, found without reading the others; undefined where there is none. */
export function parameterReader(text: string): (name: string) => string | undefined {
  const section = text.slice(text.lastIndexOf('\nparameters:\n'));
  return (name) => {
    const line = `\n[${name}: `;
    const at = section.indexOf(line);
    if (at < 0) return undefined;
    const start = at + line.length;
    return section.slice(start, section.indexOf(']\n', start));
  };
}

/** The lines above the first tree, by their names. */
export function headerOf(text: string): ReadonlyMap<string, string> {
  const end = text.indexOf('\n\n');
  return fieldsOf(text.slice(0, end < 0 ? text.length : end));
}

/** Lines of `name=value`; a value may hold "=" too. */
export function fieldsOf(lines: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const at = line.indexOf('=');
    if (at > 0) fields.set(line.slice(0, at), line.slice(at + 1));
  }
  return fields;
}

/** Names of the features a model takes, in order. */
export function featuresOf(text: string): readonly string[] {
  return (headerOf(text).get('feature_names') ?? '').split(' ');
}
