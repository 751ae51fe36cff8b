const file = process.env['SLUICE_TEST_REPORT'];

/** Where CI wants a report besides, it is written there. */
export const reporting = file === undefined ? {} : { reporters: ['default', 'json'], outputFile: { json: file } };
