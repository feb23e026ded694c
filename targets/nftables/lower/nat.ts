import { prefixLength, unreachable, type AddressMask, type CoreRule, type DnatJump, type Interval, type MasqueradeJump, type NetmapJump, type RedirectJump, type SnatJump } from '../../../src/ir/index.js';
import type { NftNat } from '../ast.js';
import type { ActionPlan } from './action.js';
import { single } from '../ast.js';
import { refuse, type RuleContext } from './context.js';
import { port } from './fields.js';

type NatJump = SnatJump | DnatJump | MasqueradeJump | RedirectJump | NetmapJump;

export function natStatement(jump: NatJump, context: RuleContext): ActionPlan {
  const nat = translate(jump, context);
  return { statements: [{ kind: 'nat', nat }], flow: 'ends', ...(nat.ports === undefined && nat.portMap === undefined ? {} : { wantsProtocol: true }) };
}

function translate(jump: NatJump, context: RuleContext): NftNat {
  switch (jump.kind) {
    case 'snat':
    case 'dnat': {
      const { addresses, ports } = jump.to;
      if (jump.kind === 'dnat' && jump.basePort !== undefined && ports !== undefined) return shifted(jump, jump.basePort, ports, context);
      return {
        kind: jump.kind,
        ...(addresses === undefined ? {} : { addresses: { min: addresses.min, max: addresses.max } }),
        ...(ports === undefined ? {} : { ports }),
        ...(jump.random === true ? { random: true } : {}),
        ...(jump.kind === 'snat' && jump.randomFully === true ? { fullyRandom: true } : {}),
        ...(jump.persistent === true ? { persistent: true } : {}),
      };
    }
    case 'masquerade':
      return {
        kind: 'masquerade',
        ...(jump.ports === undefined ? {} : { ports: jump.ports }),
        ...(jump.random === true ? { random: true } : {}),
        ...(jump.randomFully === true ? { fullyRandom: true } : {}),
      };
    case 'redirect':
      return { kind: 'redirect', ...(jump.ports === undefined ? {} : { ports: jump.ports }), ...(jump.random === true ? { random: true } : {}) };
    case 'netmap':
      return netmap(jump.to, jump, context);
    default:
      return unreachable(jump);
  }
}

/**
 * `a-b/base`: port base+k becomes a+k, past the end from a again. nft has no arithmetic, but takes the port from a map: one entry for
 * each port that the rule lets come here, 65,536 where it names none (nft loads them in two seconds).
 */
function shifted(jump: DnatJump, base: number, { min, max }: { readonly min: number; readonly max: number }, context: RuleContext): NftNat {
  const { addresses } = jump.to;
  const wanted = destinationPorts(context.rule);
  const size = max - min + 1;
  const entries = wanted.flatMap((interval) =>
    Array.from({ length: Number(interval.max - interval.min) + 1 }, (_, index) => {
      const from = Number(interval.min) + index;
      return { key: single(from), value: BigInt(min + (((from - base) & 0xffff) % size)) };
    }));
  return {
    kind: 'dnat',
    ...(addresses === undefined ? {} : { addresses: { min: addresses.min, max: addresses.max } }),
    portMap: { kind: 'map', key: port('destination', context.protocol), entries },
    ...(jump.random === true ? { random: true } : {}),
    ...(jump.persistent === true ? { persistent: true } : {}),
  };
}

/** The destination ports with which a packet can pass the rule's tests, as far as they are plain. */
function destinationPorts(rule: CoreRule): readonly Interval[] {
  return rule.steps.reduce<readonly Interval[]>((left, step) => {
    if (step.kind !== 'test' || step.predicate.kind !== 'field' || step.predicate.field !== 'transport.destination-port') return left;
    const { intervals } = step.predicate;
    return left.flatMap((one) => intervals.flatMap((other) => {
      const overlap = { min: one.min > other.min ? one.min : other.min, max: one.max < other.max ? one.max : other.max };
      return overlap.min <= overlap.max ? [overlap] : [];
    }));
  }, [{ min: 0n, max: 0xffffn }]);
}

/** The hook decides which address NETMAP maps; nft says it outright, so a chain of both kinds of hooks cannot be said. */
function netmap(to: AddressMask, jump: NetmapJump, context: RuleContext): NftNat {
  const length = prefixLength(context.family, to.mask);
  const hooks = [...(context.table.hooks.get(context.chain) ?? [])];
  const source = hooks.some((hook) => hook === 'POSTROUTING' || hook === 'INPUT');
  if (source && hooks.some((hook) => hook === 'PREROUTING' || hook === 'OUTPUT')) {
    refuse(context, 'NETMAP in a chain of both kinds of hooks', 'it maps the source after routing and the destination before', 'write the chain twice, once for each', jump.source);
  }
  if (length === undefined) refuse(context, 'NETMAP with this mask', 'nft maps whole prefixes', 'use a contiguous mask', jump.source);
  const network = to.address & to.mask;
  const host = (1n << BigInt(context.family === 4 ? 32 : 128)) - 1n - to.mask;
  return { kind: source ? 'snat' : 'dnat', addresses: { min: network, max: network | host }, prefix: length ?? 0 };
}
