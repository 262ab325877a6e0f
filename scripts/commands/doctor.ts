import { Command } from 'commander';
import { readConfig, type Config } from '../../shared/runtime/stack/config.ts';
import { answer, exitCodes, say, tableText } from '../output.ts';
import { calibrate, type Calibration } from '../setup/calibrate.ts';
import { deviceCheck } from '../setup/device-check.ts';
import { doctorChecks, type Check } from '../setup/checks.ts';
import { ensureLightgbm } from '../setup/lightgbm.ts';
import { serverChecks } from '../setup/server-checks.ts';

/** `doctor`: checks every part of the environment and names the remedy for what is wrong. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('check every part, and say what to do about what is wrong')
    .option(
      '--calibrate',
      'measure from which size on a window is fitted faster on the first GPU lane, and write it ' +
        'into temporal-dev.yaml; windows that change engine are trained anew',
    )
    .action(async (options: { calibrate?: boolean; json?: boolean }) => {
      const config = await readConfig();
      if (options.calibrate === true) return await calibrateNow(config, options.json);
      const { port, uiPort } = config.temporal.devServer;
      const checks = [
        ...(await doctorChecks({ dataRoot: config.dataRoot, ports: [port, uiPort] })),
        await deviceCheck(config),
        ...(await serverChecks(config)),
      ];
      const ok = checks.every((check) => check.ok);
      answer(options.json, { schema: 1, ok, checks }, () => checks.map(checkText).join('\n'));
      process.exitCode = ok ? exitCodes.done : exitCodes.wrong;
    });
}

async function calibrateNow(config: Config, json: boolean | undefined): Promise<void> {
  await ensureLightgbm(say);
  const measured = await calibrate(config, say);
  answer(json, { schema: 1, file: config.file, ...measured }, () =>
    calibrationText(config.file, measured),
  );
}

function calibrationText(file: string, { device, trials, gpuThreshold }: Calibration): string {
  const rows = trials.map(({ rows: n, cost, cpuSeconds, gpuSeconds }) => {
    return [n, cost, cpuSeconds.toFixed(3), gpuSeconds.toFixed(3)];
  });
  const wins = `${device} is faster from ${gpuThreshold} on; written to "${file}"`;
  const loses = `${device} is not faster at the largest size tried; "${file}" has no threshold`;
  return [
    tableText(['rows', 'rows × features × rounds', 'cpu s', 'gpu s'], rows),
    gpuThreshold === undefined ? loses : wins,
  ].join('\n');
}

function checkText({ ok, name, found, remedy }: Check): string {
  const line = `${ok ? 'ok   ' : 'WRONG'} ${name}: ${found}`;
  return remedy === undefined ? line : `${line}\n      ${remedy}`;
}
