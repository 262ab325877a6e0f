import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a run with one line that says how it went, and with a failure where no test ran.
 *
 * Beside failed tests, everything that makes vitest fail counts as one: a file that does not load, a
 * group whose hook throws, an error outside of any test.
 */
export class Tally implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onInit(): void {
    // Printed while the process ends, so that nothing comes after it.
    process.once('exit', (code) => {
      const hasRun = this.passed + this.failed > 0;
      // Set-up failed, or vitest itself did: no test carries it.
      if (code !== 0 && this.failed === 0) this.failed = 1;
      if (!hasRun) process.exitCode = 1;
      console.log(`${this.passed} passed, ${this.failed} failed, ${this.skipped} skipped`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    this.passed = this.skipped = 0;
    this.failed = unhandled.length;
    for (const module of modules) {
      const groups = [module, ...module.children.allSuites()];
      this.failed += groups.filter((group) => group.errors().length > 0).length;
      for (const test of module.children.allTests()) this.count(test.result().state);
    }
  }

  private count(state: 'pending' | 'passed' | 'failed' | 'skipped'): void {
    if (state === 'passed') this.passed++;
    else if (state === 'failed') this.failed++;
    else this.skipped++;
  }
}
