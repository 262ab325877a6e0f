import type { TestProject } from 'vitest/node';
import { ensureLightgbm } from '../setup/lightgbm.ts';
import { ensureTemporal } from '../setup/temporal.ts';
import { startDevServer } from './dev-server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Host and port of the run's Temporal server; each file makes a namespace of its own. */
    temporalAddress: string;
    /** Path of the Temporal command-line tool, for tests that start servers themselves. */
    temporalCli: string;
    /** Path of the LightGBM library. */
    lightgbmLib: string;
  }
}

/** Gets the native parts and one Temporal server for the whole run; what it returns ends the server. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string) => console.error(line);
  const lightgbmLib = await ensureLightgbm(say);
  const temporalCli = await ensureTemporal(say);
  const server = await startDevServer(temporalCli);
  project.provide('lightgbmLib', lightgbmLib);
  project.provide('temporalCli', temporalCli);
  project.provide('temporalAddress', server.address);
  return () => server.stop();
}
