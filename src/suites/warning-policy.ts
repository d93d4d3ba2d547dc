/** What to do when the kernel warns although every test passes. */
export type WarningPolicy = 'fail' | 'record' | 'ignore'
