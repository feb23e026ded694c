import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJudge } from './judge.js';

/** The tool `nft` in an empty namespace of its own. */
export interface Nft {
  /** Throws with the tool's words where it refuses the script. */
  load(script: string): Promise<void>;
  loadJson(script: string): Promise<void>;
  list(): Promise<string>;
  flush(): Promise<void>;
  /** What the tool says to a script, without a throw: empty when it takes it. */
  refusal(script: string): Promise<string>;
}

/** A script that this kernel does not take: it has no `queue`. */
export const wantsQueue = (script: string): boolean => / queue num \d/.test(script);

export async function withNft<T>(use: (nft: Nft) => Promise<T>): Promise<T> {
  const judge = await startJudge();
  const folder = await mkdtemp(join(tmpdir(), 'ferrule-nft-'));
  const run = async (command: readonly string[], input?: string): Promise<string> => {
    const { status, stdout, stderr } = await judge.run(command, input);
    if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr.trim()}`);
    return stdout;
  };
  try {
    return await use({
      load: async (script) => void (await run(['nft', '-f', '-'], script)),
      async loadJson(script) {
        // nft opens its input by name when it reads JSON.
        const path = join(folder, 'script.json');
        await writeFile(path, script);
        await run(['nft', '-j', '-f', path]);
      },
      list: () => run(['nft', 'list', 'ruleset']),
      flush: async () => void (await run(['nft', 'flush', 'ruleset'])),
      async refusal(script) {
        const { status, stderr } = await judge.run(['nft', '-c', '-f', '-'], script);
        return status === 0 ? '' : stderr.trim() || `exit status ${status}`;
      },
    });
  } finally {
    await judge.close();
    await rm(folder, { recursive: true });
  }
}
