import { unreachable, type ActionOf, type CtJump, type LogJump, type NflogJump, type Source } from '../../../src/ir/index.js';
import { match, single, verdict, type NftLog, type NftRule, type Statement } from '../ast.js';
import { encodeName } from '../names.js';
import { fitsQuotes } from '../strings.js';
import { newChain, ownName, refuse, rest, type RuleContext } from './context.js';
import { lowerExternalJump } from './external-jump.js';
import { l4proto } from './fields.js';
import { lateAction } from './late.js';
import { assignMark } from './marks.js';
import { natStatement } from './nat.js';
import { assignTcpFlags, assignTos, assignTtl } from './rewrite.js';

/**
 * What a rule does, as statements. `flow`: `ends` leaves the table whatever chain it stands in; `leaves` acts on the chain it stands
 * in (return, goto); `passes` goes on with the next rule. `wantsProtocol`: nft needs the protocol test in the same rule.
 */
export interface ActionPlan {
  readonly statements: readonly Statement[];
  readonly flow: 'ends' | 'leaves' | 'passes';
  readonly wantsProtocol?: true;
}

const passes = (...statements: readonly Statement[]): ActionPlan => ({ statements, flow: 'passes' });
const ends = (...statements: readonly Statement[]): ActionPlan => ({ statements, flow: 'ends' });

export function lowerAction(context: RuleContext): ActionPlan {
  const { action } = context.rule;
  if (context.late) return lateAction(context);
  switch (action.kind) {
    case 'continue':
      return passes();
    case 'accept':
      return ends(verdict('accept'));
    case 'drop':
      return ends(verdict('drop'));
    case 'return':
      return { statements: [verdict('return')], flow: 'leaves' };
    case 'jump':
      return passes({ kind: 'jump', chain: encodeName(action.chain) });
    case 'goto':
      return { statements: [{ kind: 'goto', chain: encodeName(action.chain) }], flow: 'leaves' };
    case 'reject':
      return ends({ kind: 'reject', with: action.with });
    case 'log':
      return passes({ kind: 'log', log: kernelLog(action.log, context) });
    case 'nflog':
      return passes({ kind: 'log', log: groupLog(action.nflog, context) });
    case 'assign':
      return passes(...assignment(action, context));
    case 'nat':
      return natStatement(action.nat, context);
    case 'notrack':
      if (context.table.hooks.get(context.chain)?.has('OUTPUT') === true) rest(context, 'no-answers-about-untracked-packets', 'NOTRACK in OUTPUT');
      return passes({ kind: 'notrack' });
    case 'ct':
      return passes(...ctStatements(action.ct, context));
    case 'tcpmss':
      rest(context, 'syn-with-mss', 'TCPMSS');
      rest(context, 'plain-tcp-options', 'TCPMSS');
      return passes({
        kind: 'set',
        target: { kind: 'tcp-option', option: 2, field: 'size' },
        value: action.mss === 'clamp-to-pmtu' ? { kind: 'route-mss' } : { kind: 'value', value: BigInt(action.mss) },
      });
    case 'outside':
      return lowerExternalJump(action.jump, context);
    case 'refuse':
      refuse(context, action.extension, action.reason, action.hint);
      return passes();
    default:
      return unreachable(action);
  }
}

function assignment(action: ActionOf<'assign'>, context: RuleContext): readonly Statement[] {
  switch (action.to) {
    case 'packet.mark':
    case 'ct.mark':
      return assignMark(action.to, action.value, context);
    case 'ip.tos':
      return assignTos(action.value, context);
    case 'ip.ttl':
      return assignTtl(action.value, context);
    case 'tcp.flags':
      return assignTcpFlags(action.value, context);
    default:
      return unreachable(action.to);
  }
}

function kernelLog(log: LogJump, context: RuleContext): NftLog {
  return {
    ...prefixOf(log.prefix, 'the log prefix', log.source, context),
    ...(log.level === 4 ? {} : { level: log.level }),
    ...(log.tcpSequence === true ? { tcpSequence: true } : {}),
    ...(log.tcpOptions === true ? { tcpOptions: true } : {}),
    ...(log.ipOptions === true ? { ipOptions: true } : {}),
    ...(log.uid === true ? { uid: true } : {}),
    ...(log.macdecode === true ? { macdecode: true } : {}),
  };
}

/** `--nflog-range` is stored by iptables and never looked at by the kernel, so nothing is lost without it. */
const groupLog = (nflog: NflogJump, context: RuleContext): NftLog => ({
  ...prefixOf(nflog.prefix, 'the NFLOG prefix', nflog.source, context),
  group: nflog.group,
  ...(nflog.size === undefined ? {} : { size: nflog.size }),
  ...(nflog.threshold === undefined || nflog.threshold === 0 ? {} : { threshold: nflog.threshold }),
});

function prefixOf(prefix: string | undefined, what: string, source: Source, context: RuleContext): { readonly prefix?: string } {
  if (prefix === undefined || prefix === '') return {};
  if (context.table.compilation.notation === 'text' && !fitsQuotes(prefix)) {
    refuse(context, what, 'nft text cannot hold a double quote or a control byte inside quotes', 'translate --to nft-json, or change the prefix', source);
  } else if (/[\ud800-\udfff]/u.test(prefix)) {
    refuse(context, what, 'it is not UTF-8', 'change the prefix', source);
  }
  return { prefix };
}

function ctStatements(ct: CtJump, context: RuleContext): readonly Statement[] {
  if (ct.timeout !== undefined || ct.expectEvents !== undefined) {
    refuse(context, ct.timeout === undefined ? 'CT --expevents' : 'CT --timeout', 'nft 1.0.6 has no counterpart for it', ct.timeout === undefined ? 'all events of the connection: `ct event set new,related,destroy`' : 'an object of the table and a rule behind tracking: `ct timeout t { protocol tcp; policy = { established: 600 }; }`, `ct timeout set "t"`', ct.source);
  }
  const { id, direction } = ct.zone ?? { id: 0, direction: 'both' };
  if (id === 'mark') {
    refuse(context, 'CT --zone mark', 'nft 1.0.6 takes only a number for a zone', 'name the zones by number, one rule for each mark', ct.source);
    return [];
  }
  // CT leaves alone what NOTRACK has marked; nft would take it back. A bare CT attaches the template of zone 0.
  const untracked: Statement = { kind: 'match', left: { kind: 'ct', key: 'state' }, negated: true, right: { kind: 'intervals', intervals: [single(64)] } };
  return [...(context.table.hasNotrack ? [untracked] : []), { kind: 'ct-zone', zone: id, ...(direction === 'both' ? {} : { direction }) }];
}

/** A chain of a rule's own with these rules; the statement that runs it. */
export function inOwnChain(context: RuleContext, suffix: string, rules: readonly (readonly Statement[])[]): Statement {
  const name = ownName(context, suffix);
  const chain = newChain(context.table, name);
  chain.rules.push(...rules.map((statements): NftRule => ({ statements, origin: originOf(context, false) })));
  return { kind: 'jump', chain: name };
}

export const originOf = ({ chain, rule }: RuleContext, acts: boolean): NonNullable<NftRule['origin']> => ({ chain, position: rule.position, line: rule.source.line, acts });

export const protocolTest = (protocol: number): Statement => match(l4proto, [single(protocol)]);
