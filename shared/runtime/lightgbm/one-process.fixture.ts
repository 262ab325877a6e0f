import { fitted, installedBooster } from './booster.fixture.ts';

// Fits one model, prints its text and leaves without closing anything.
process.stdout.write(fitted(installedBooster()).text);
