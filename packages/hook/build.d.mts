/** Writes the bundle of the hot path to `outfile`; answers esbuild's metafile. */
export function bundleHook(outfile: string): Promise<import('esbuild').Metafile>
