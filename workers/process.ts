import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig, type Config } from '../shared/runtime/stack/config.ts';
import { errorRecord, isErrorClass } from '../shared/contracts/errors.ts';
import { checkNamespace, connect, type Temporal } from '../shared/runtime/stack/client.ts';
import { openDataRoot, type DataRoot } from '../shared/runtime/data-root.ts';
import { openLogger, type Logger } from '../shared/runtime/logger.ts';
import { temporalPlace } from '../shared/runtime/stack/stack.ts';
import { loggedStep } from '../shared/runtime/runs/telemetry.ts';
import { exitForGood, type ProcessMessage } from './kept-process.ts';

/** What every process of a stack has. */
export interface StackContext {
  readonly config: Config;
  readonly root: DataRoot;
  readonly temporal: Temporal;
  readonly connection: NativeConnection;
  readonly log: Logger;
  /** Ends the process once what runs has ended: it cannot do its work any more, but a new one may. */
  giveUp(error: Error): void;
}

/** Workers that are ready to poll, a queue each, and what to do around their polling. */
export interface StackWorker {
  readonly workers: readonly Worker[];
  /** Called once it polls. */
  readonly onPolling?: () => Promise<void>;
  /** Called before it stops polling, while the orchestrator still answers; with why it gave up. */
  readonly onStopping?: (fault?: Error) => Promise<void>;
  /** Called when it has drained. */
  readonly onDrained?: () => Promise<void>;
}

/**
 * Runs one process of a stack: connects, makes its worker, polls until SIGTERM or until its
 * supervisor is gone, then drains.
 *
 * @param role - who speaks in the log
 * @param make - makes the worker; what it throws ends the process, said in the log
 */
export async function runProcess(
  role: string,
  make: (context: StackContext) => Promise<StackWorker>,
): Promise<void> {
  const log = openLogger(role, { pid: String(process.pid) });
  try {
    const config = await readConfig();
    const root = await openDataRoot(config.dataRoot);
    Runtime.install({
      logger: runtimeLogger(role, root, log),
      shutdownSignals: [],
    });
    const place = await temporalPlace(config, root);
    const temporal = await connect(place, 30_000);
    await checkNamespace(temporal, root);
    const connection = await NativeConnection.connect(place.connection as never);
    let fault: Error | undefined;
    const { workers, onPolling, onStopping, onDrained } = await make({
      giveUp(error) {
        fault ??= error;
        void stop();
      },
      config,
      root,
      temporal,
      connection,
      log,
    });
    const stop = oncePromise(async () => {
      await onStopping?.(fault).catch((error: unknown) =>
        log.warn({ err: error }, 'left unannounced'),
      );
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
      process.on(signal, () => void stop());
    const polling = Promise.all(workers.map((worker) => worker.run()));
    await onPolling?.();
    tell({ ready: true });
    log.info('polls');
    await polling;
    await onDrained?.();
    await connection.close();
    await temporal.close();
    if (fault !== undefined) throw fault;
    log.info('drained');
    if (process.connected) process.disconnect();
  } catch (error) {
    const { name, message } = errorRecord(error);
    if (isErrorClass(name)) log.fatal({ class: name }, message);
    else log.fatal({ err: error }, message);
    tell({ failed: { name, message } });
    process.exit(name === 'InputError' || name === 'DataError' ? exitForGood : 1);
  }
}

/**
 * What the SDK says: warnings, and what workflows say of their run, which is the run's log as well.
 * Errors of workflows are in their histories: the line says which.
 */
function runtimeLogger(role: string, root: DataRoot, log: Logger): DefaultLogger {
  return new DefaultLogger('INFO', ({ level, message, meta = {} }) => {
    const [, runId] = /^(?:train|backfill)\/([^/]+)/.exec(String(meta.workflowId)) ?? [];
    if (level === 'INFO' && (runId === undefined || meta.sdkComponent !== 'workflow')) return;
    const write = (): void =>
      log[level === 'ERROR' ? 'error' : level === 'INFO' ? 'info' : 'warn'](meta, message);
    if (runId === undefined) write();
    else loggedStep(root, role.replace(/^lane /, ''), { runId }, Date.now).run(write);
  });
}

/** Tells the supervisor, where there still is one. */
function tell(message: ProcessMessage): void {
  if (process.connected) process.send?.(message);
}

function oncePromise(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
