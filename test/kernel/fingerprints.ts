import type { Host } from './host.js';

/** It opens a file by its name, and a socket has none. */
export const nfnlOsf = (...options: readonly string[]): readonly string[] => ['sh', '-c', 'cat | nfnl_osf "$@" -f /dev/stdin', 'nfnl_osf', ...options];

/**
 * Loads fingerprints for as long as `use` runs. The kernel has one list of them for all namespaces, in which those of others stay: names,
 * lengths and options should be such that nobody else's packets fit.
 */
export async function withFingerprints<T>(host: Host, text: string, use: () => Promise<T>): Promise<T> {
  await run(host, [], text);
  try {
    return await use();
  } finally {
    await run(host, ['-d'], text);
  }
}

async function run(host: Host, options: readonly string[], text: string): Promise<void> {
  const { status, stdout, stderr } = await host.run(nfnlOsf(...options), text);
  if (status !== 0) throw new Error(`nfnl_osf ${options.join(' ')}: exit status ${status}: ${`${stdout}${stderr}`.trim().split('\n').at(-1)}`);
}
