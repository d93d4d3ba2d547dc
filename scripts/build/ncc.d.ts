declare module '@vercel/ncc' {
  /** The part of ncc's interface that the build uses; the package ships no types. */
  export default function ncc(
    input: string,
    options: { cache: false; quiet: boolean; license: string },
  ): Promise<{
    code: string
    assets: Record<string, { source: string | Uint8Array }>
    stats: { compilation: { fileDependencies: Iterable<string> } }
  }>
}
