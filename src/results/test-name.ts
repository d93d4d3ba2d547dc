/** `suite/test` as people write it; a test of the suite `/` has none. */
export function fullTestName({ suite, test }: { readonly suite: string; readonly test: string }): string {
  return suite === '/' ? test : `${suite}/${test}`
}
