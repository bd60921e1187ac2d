/** Temporal takes the converter by its file: it goes into the workflow bundle as well. */
export const failureConverterPath = require.resolve('./failureConverter');
