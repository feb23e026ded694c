import { type Action, type CoreRuleset, type ExternalEffect, type ExternalJump, externalMeaning, identityOf, type Outcome, type PacketInput, type TableName, type Topology, type TraceStep } from '../ir/index.js';
import { toHex } from '../packet/index.js';
import { createHost, type LivePacket, type RuleEngine } from '../stack/index.js';
import type { Side, Standing } from '../verify/result.js';

/** What became of a packet, and what rules did to it beside. */
export interface Judged {
  readonly outcome: Outcome;
  /** Logs in order, and what was done to the connection. */
  readonly effects: readonly Effect[];
  /** Rules that did something to it on its way without ending it, with what they do. */
  readonly deeds: readonly Deed[];
  /** The packet as it was shown, and how those before it ended. */
  readonly packet: PacketInput;
  readonly before: readonly string[];
  /** Tests by chance that were asked, of all packets. */
  readonly tosses: number;
  /** The rule that rejected it; the path goes on behind it with what the answer met. */
  readonly rejecting?: TraceStep;
}

export interface Effect {
  readonly text: string;
  readonly step?: TraceStep;
  /** It stays where the packet does not: the connection goes on without it. */
  readonly lasting?: true;
}

export interface Deed {
  readonly step: TraceStep;
  /** Two rules that do the same have the same text. */
  readonly text: string;
}

/** A packet's way to the rules: what exists before it comes. */
export interface Scene {
  readonly topology: Topology;
  readonly before: readonly PacketInput[];
  readonly packet: PacketInput;
  readonly standing?: Standing;
  /** The packets before it are the packet itself: whether they come through does not matter. */
  readonly repeated?: true;
  /** The packet's state is told, since no packets before it make it: nobody can replay that. */
  readonly told?: true;
  /** The packet answers the first before it, and is to be made from what that was when it left: undefined where none answers it. */
  readonly answerTo?: (left: Uint8Array) => PacketInput | undefined;
}

/** Runs packets through the rules of one side, on whatever host. */
export interface Simulator {
  /**
   * Undefined where the first of the packets before it does not come through: it opens the connection, which answers that are dropped belong to, too.
   * `tossed`: how tests by chance end, in the order in which they are asked; all others fail.
   */
  judge(scene: Scene, tossed?: readonly boolean[]): Judged | undefined;
}

const simulators = new WeakMap<Side, Simulator>();

/** Made once a side: compiling thousands of rules takes longer than judging a packet. It keeps no state between scenes. */
export function simulator(side: Side): Simulator {
  const known = simulators.get(side) ?? createSimulator(side);
  simulators.set(side, known);
  return known;
}

function createSimulator(side: Side): Simulator {
  let toss: readonly boolean[] = [];
  let tosses = 0;
  const engine = side.engine(() => toss[tosses++] ?? false);
  const actions = actionsOf(side.core);
  let watched: LivePacket | undefined;
  /** The mark of the connection that is begun before there are rules. */
  let standingMark: number | undefined;
  const watching: RuleEngine = {
    ...engine,
    get tracking() {
      return standingMark !== undefined || engine.tracking;
    },
    get tables() {
      return standingMark === undefined ? engine.tables : anyTable;
    },
    run(table, hook, packet, host) {
      if (standingMark !== undefined) {
        if (packet.connection !== undefined) packet.connection.mark = standingMark;
        return { kind: 'accept' };
      }
      watched ??= packet;
      return engine.run(table, hook, packet, host);
    },
  };
  return {
    judge({ topology, standing, before, packet, answerTo, repeated }, tossed = []) {
      [toss, tosses] = [tossed, 0];
      const host = createHost({ engines: [watching], topology, sequence: true, loopback: true });
      host.reset();
      standingMark = standing?.mark;
      for (const one of standing?.packets ?? []) host.judge(one);
      standingMark = undefined;
      const earlier = before.map((one) => host.judge(one));
      const [opening] = earlier;
      if (opening !== undefined && !arrives(opening) && repeated !== true) return undefined;
      const shown = answerTo === undefined ? packet : opening?.bytes && answerTo(opening.bytes);
      if (shown === undefined) return undefined;
      watched = undefined;
      const outcome = host.judge(shown);
      if (answersDrawn(watched)) return undefined;
      const rejecting = outcome.path.find((step) => (step.result === 'match' || step.result === 'hotdrop') && actions.get(placeOf(step))?.kind === 'reject');
      return { outcome, packet: shown, tosses, deeds: deedsOf(outcome.path, actions), before: repeated === true ? [] : earlier.map(({ verdict, stage = '' }) => `${verdict} ${stage}`), effects: [...logsOf(outcome.path, actions), ...connectionEffects(watched, before.length > 0 || standing !== undefined)], ...(rejecting === undefined ? {} : { rejecting }) };
    },
  };
}

/** The port that the packet is sent to is one that the kernel drew: another on another day. */
const answersDrawn = (packet: LivePacket | undefined): boolean => packet?.connection?.drawn === true && packet.connection.direction === 'REPLY';

/** Where the mark of a standing connection is set. */
const anyTable: readonly TableName[] = ['mangle'];

export const arrives = ({ verdict }: Outcome): boolean => verdict === 'input' || verdict === 'forward' || verdict === 'output';

const placeOf = ({ table, chain, rule, line }: Omit<TraceStep, 'hook' | 'result'>): string => `${table} ${chain} ${rule} ${line}`;

function actionsOf({ tables }: CoreRuleset): ReadonlyMap<string, Action> {
  return new Map(tables.flatMap(({ name: table, chains }) => chains.flatMap(({ name: chain, rules }) => rules.map((rule) => [placeOf({ table, chain, rule: rule.position, line: rule.source.line }), rule.action] as const))));
}

function logsOf(path: readonly TraceStep[], actions: ReadonlyMap<string, Action>): readonly Effect[] {
  return path.flatMap((step): readonly Effect[] => {
    if (step.result !== 'match' && step.result !== 'hotdrop') return [];
    const action = actions.get(placeOf(step));
    if (action?.kind === 'log') return [{ text: `logged${action.log.prefix === undefined ? '' : ` with prefix ${JSON.stringify(action.log.prefix)}`} (${identityOf(action.log)})`, step }];
    if (action?.kind === 'ct' && action.ct.helper !== undefined) return [{ text: `watched by the helper ${action.ct.helper}` }];
    if (action?.kind === 'outside') return externalEffects(action.jump).map(({ kind, text }) => ({ text, ...(kind === 'change' ? {} : { step }) }));
    if (action?.kind === 'nflog') return [{ text: `logged to group ${action.nflog.group ?? 0} (${identityOf(action.nflog)})`, step }];
    return [];
  });
}

/** What such a jump does to a packet that is shown: stripped options show in its bytes, and none that is shown waits for its checksum. */
function externalEffects(jump: ExternalJump): readonly ExternalEffect[] {
  const { effects, strips, without } = externalMeaning(jump);
  return strips !== undefined || without === 'no-partial-checksums' ? [] : effects;
}

/** Actions that leave something behind where the packet goes on. */
const deeds: ReadonlySet<Action['kind']> = new Set(['log', 'nflog', 'assign', 'nat', 'notrack', 'ct', 'tcpmss', 'outside', 'refuse']);

const deedsOf = (path: readonly TraceStep[], actions: ReadonlyMap<string, Action>): readonly Deed[] =>
  path.flatMap((step): readonly Deed[] => {
    const action = step.result === 'match' ? actions.get(placeOf(step)) : undefined;
    return action !== undefined && deeds.has(action.kind) ? [{ step, text: `${step.hook} ${identityOf(action)}` }] : [];
  });

function connectionEffects(packet: LivePacket | undefined, lasting: boolean): readonly Effect[] {
  if (packet === undefined) return [];
  return [
    ...(packet.state === 'UNTRACKED' ? [{ text: 'not tracked' }] : []),
    ...(packet.connection !== undefined && packet.connection.mark !== 0 ? [{ text: `connection marked 0x${packet.connection.mark.toString(16)}`, ...(lasting ? { lasting } : {}) }] : []),
    ...(packet.zone === undefined ? [] : [{ text: `in zone ${JSON.stringify(packet.zone)}` }]),
  ];
}

/** The whole of what two sides must agree on. A REJECT that sends nothing is a drop to whoever looks on; what is done to a connection that is gone with its packet, nobody sees. */
export function fingerprint({ outcome, effects }: Judged): { readonly verdict: string; readonly effect: string } {
  const { verdict, stage, replies, out, mark, bytes } = outcome;
  const lives = arrives(outcome);
  return {
    verdict: JSON.stringify([verdict === 'reject' && replies.length === 0 ? 'drop' : verdict, stage, replies.map(toHex)]),
    effect: JSON.stringify([out, mark, bytes && toHex(bytes), effects.filter(({ step, lasting }) => step !== undefined || lasting === true || lives).map(({ text }) => text)]),
  };
}
