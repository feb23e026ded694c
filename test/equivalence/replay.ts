import type { Family, Outcome } from '../../src/ir/index.js';
import type { Difference, Witness } from '../../src/verify/result.js';
import { comparable, withHost, type Host } from '../kernel/index.js';

/** What the kernel made of a witness. */
export interface Replayed {
  readonly outcome: Outcome;
  /** Targets without a verdict whose rules took packets, as the counters say, and marks and zones of connections: what does not show in the packet. */
  readonly effects: string;
}

/** Rules of one side as the kernel takes them. */
export type Loader = (host: Host) => Promise<void>;

export const legacyRules = (family: Family, text: string, sets: string | undefined): Loader => async (host) => {
  if (sets !== undefined) await host.loadSets(sets);
  await host.loadLegacy(family, text);
};

export const nftRules = (script: string): Loader => (host) => host.loadNft(script);

/** Begins a connection where nothing filters; the rules come later. */
async function begin(host: Host, { packets, mark }: NonNullable<Witness['standing']>): Promise<void> {
  const chain = (hook: string): string => `chain ${hook} { type filter hook ${hook} priority -150; ct state new,established,related ct mark set ${mark}; }`;
  await host.loadNft(`table inet standing {\n${chain('prerouting')}\n${chain('output')}\n}`);
  await host.judge(packets);
}

/** Shows a witness, the packets before it first, to a kernel with these rules. */
export async function replay(witness: Witness, family: Family, load: Loader): Promise<Replayed> {
  const shown = [...(witness.standing?.packets ?? []), ...witness.before, witness.packet];
  return withHost(
    witness.topology,
    async (host) => {
      if (witness.standing !== undefined) await begin(host, witness.standing);
      await load(host);
      if (witness.standing !== undefined) await host.loadNft('delete table inet standing');
      const outcomes = await host.judge([...witness.before, witness.packet]);
      const outcome = outcomes.at(-1);
      if (outcome === undefined) throw new Error('no outcome');
      const { stdout } = await host.run([family === 4 ? 'iptables-legacy-save' : 'ip6tables-legacy-save', '-c']);
      const { stdout: entries } = await host.run(['cat', '/proc/net/nf_conntrack']);
      return { outcome, effects: [effectsOf(stdout), ...entriesOf(entries)].join('\n') };
    },
    { connectionsLast: true, framed: shown.some(({ ethernet }) => ethernet !== undefined) },
  );
}

const quiet = /-j ((?:LOG|NFLOG|CONNMARK|CT|NOTRACK|MARK|TRACE|CLASSIFY|AUDIT|TEE|IDLETIMER|RATEEST|SET|SECMARK|CONNSECMARK|LED)\b.*)$/;

function effectsOf(saved: string): string {
  return saved.split('\n').flatMap((line) => {
    const packets = /^\[(\d+):\d+\] -A/.exec(line)?.[1];
    const target = quiet.exec(line)?.[1];
    return packets === undefined || packets === '0' || target === undefined ? [] : [`${packets} ${target}`];
  }).sort().join('\n');
}

const entriesOf = (listed: string): readonly string[] => listed.split('\n').flatMap((line) => [...line.matchAll(/\b(?:mark=[1-9]\d*|zone(?:-\w+)?=\d+)/g)].map(([word]) => `connection ${word}`)).sort();

export interface Circumstances {
  /** The kernel draws: what it draws is not what the interpreter does. */
  readonly drawn?: boolean;
  /** A side of nft has no counters: a difference of effects alone does not show. */
  readonly uncounted?: boolean;
}

/** What is wrong with a witness that claims to be replayable; undefined where the kernel agrees with both judgements, and they differ. */
export async function faultOf(difference: Difference, left: Loader, right: Loader, { drawn = false, uncounted = false }: Circumstances = {}): Promise<string | undefined> {
  const { witness, family } = difference;
  if (witness === undefined) return 'there is no witness';
  const [one, other] = [await replay(witness, family, left), await replay(witness, family, right)];
  const seen = `${witness.words}\n-- kernel, left\n${comparable(one.outcome)}\n${one.effects}\n-- kernel, right\n${comparable(other.outcome)}\n${other.effects}\n-- said, left\n${told(difference.left?.fate)}\n-- said, right\n${told(difference.right?.fate)}`;
  const shows = uncounted ? difference.kind === 'verdict' : one.effects === other.effects;
  if (comparable(one.outcome) === comparable(other.outcome) && shows) return `the kernel judges it alike on both sides: ${seen}`;
  if (drawn) return undefined;
  for (const [side, judged, { outcome }] of [['left', difference.left, one], ['right', difference.right, other]] as const) {
    if (judged?.fate !== undefined && comparable(judged.fate) !== comparable(outcome)) return `the ${side} judgement is not the kernel's: ${seen}`;
  }
  return undefined;
}

const told = (fate: Outcome | undefined): string => (fate === undefined ? 'nothing' : comparable(fate));
