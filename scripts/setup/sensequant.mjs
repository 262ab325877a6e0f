#!/usr/bin/env node
// What `sensequant` is where the checkout is installed as a command (`npm link`).
process.argv.splice(2, 0, 'scripts/sensequant.ts');
await import('./run.mjs');
