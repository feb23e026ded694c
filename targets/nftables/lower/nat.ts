import { prefixLength, unreachable, type AddressMask, type DnatJump, type MasqueradeJump, type NetmapJump, type RedirectJump, type SnatJump } from '../../../src/ir/index.js';
import type { NftNat } from '../ast.js';
import type { ActionPlan } from './action.js';
import { refuse, type RuleContext } from './context.js';

type NatJump = SnatJump | DnatJump | MasqueradeJump | RedirectJump | NetmapJump;

export function natStatement(jump: NatJump, context: RuleContext): ActionPlan {
  const nat = translate(jump, context);
  return { statements: [{ kind: 'nat', nat }], flow: 'ends', ...(nat.ports === undefined ? {} : { wantsProtocol: true }) };
}

function translate(jump: NatJump, context: RuleContext): NftNat {
  switch (jump.kind) {
    case 'snat':
    case 'dnat': {
      if (jump.kind === 'dnat' && jump.basePort !== undefined) {
        refuse(context, 'DNAT with a shifted port range', 'nft 1.0.6 has no form for it', 'write one DNAT rule for each port', jump.source);
      }
      const { addresses, ports } = jump.to;
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
