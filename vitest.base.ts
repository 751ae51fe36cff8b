const file = process.env['SLUICE_TEST_REPORT'];

/** What all test runs share. Where CI wants a report besides, it is written there. */
export const base = {
  globalSetup: 'test/temporary-folder.ts',
  ...(file === undefined ? {} : { reporters: ['default', 'json'], outputFile: { json: file } }),
};
