/** A vitest reporter that leaves behind how many cases passed and failed, and why which were skipped. */
import { writeFileSync } from 'node:fs';

export default class Counts {
  onTestRunEnd(modules, errors) {
    const counts = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed') counts.failed++;
        else
          counts.skipped.push(
            `${module.relativeModuleId} > ${test.fullName}: ${result.note ?? 'switched off in the test'}`,
          );
      }
      // A module that could not be loaded has no cases to fail.
      if (module.errors().length > 0) counts.failed++;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
    }
    counts.failed += errors.length;
    if (process.env.COUNTS_FILE) writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts));
  }
}
