// Plain JavaScript for any Node from 18 on: it runs before anything is installed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { handOver } from './hand-over.mjs';
import { ensurePackages, nodePath } from './packages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [script, ...args] = process.argv.slice(2);

if (script === undefined) throw new Error('expected a file of the checkout to run, found none');
try {
  await ensurePackages(root, (line) => console.error(line));
  handOver(nodePath(root), [join(root, script), ...args], {
    // A process that reads its TypeScript compiled starts 50 to 100 ms sooner.
    NODE_COMPILE_CACHE: join(root, '.cache', 'compiled'),
    ...process.env,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
