import { addressBits, unreachable, type Family, type Interval } from '../../src/ir/index.js';
import type { Expression, Operand, Payload } from './ast.js';
import { bitNames, ctStateBits, ctStatusBits, fibTypes, formatAddress, formatMac, networkLength, nftFamily, packetTypes, protocolNames, tcpFlagNames, typeOf, type ValueType } from './types.js';

export function printOperand(right: Operand, left: Expression, family: Family, ranged: boolean): string {
  switch (right.kind) {
    case 'intervals': {
      const listed = inBraces(left);
      const texts = right.intervals.map((interval) => printInterval(interval, typeOf(left), family, listed || (ranged && right.intervals.length === 1)));
      return texts.length === 1 && !listed ? (texts[0] ?? '') : `{ ${texts.join(', ')} }`;
    }
    case 'interface':
      return printInterface(right.name, right.prefix);
    case 'flags':
      return flagNames(right.bits, typeOf(left)).join(',');
    case 'set':
      return `@${right.name}`;
    default:
      return unreachable(right);
  }
}

/** nft 1.0.6 reads an address of a routing header as one value or as a list of ranges, and lists no prefix of it as it was. */
export const inBraces = (left: Expression): boolean => left.kind === 'exthdr' && left.bits === 128;

/** A star at the end of a name is nft's wildcard unless a backslash stands before it. */
export const interfaceText = (name: string, prefix: boolean): string => (prefix ? `${name}*` : name.endsWith('*') ? `${name.slice(0, -1)}\\*` : name);
const printInterface = (name: string, prefix: boolean): string => `"${interfaceText(name, prefix)}"`;

export function flagNames(bits: bigint, type: ValueType): readonly string[] {
  const names = type === 'ct-state' ? ctStateBits : type === 'ct-status' ? ctStatusBits : tcpFlagNames;
  return bitNames(bits, names) ?? [`0x${bits.toString(16)}`];
}

/** One interval of `meta time` without a beginning or an end: nft writes no number for either. */
export function openEnd([only, ...more]: readonly Interval[], type: ValueType, negated: boolean): { readonly operator: '>=' | '<'; readonly value: bigint } | undefined {
  if (only === undefined || more.length > 0 || (type !== 'nanoseconds' && type !== 'counter')) return undefined;
  if (only.max === (1n << 64n) - 1n) return { operator: negated ? '<' : '>=', value: only.min };
  return only.min === 0n && only.max > 0n ? { operator: negated ? '>=' : '<', value: only.max + 1n } : undefined;
}

export function printInterval({ min, max }: Interval, type: ValueType, family: Family, ranged: boolean): string {
  if (min === max && !ranged) return printValue(min, type, family);
  if (type === 'address') {
    const length = networkLength(addressBits(family), min, max);
    if (length !== undefined && !ranged) return `${formatAddress(family, min)}/${length}`;
  }
  const plain = type === 'protocol' || type === 'ct-direction' || type === 'packet-type' ? 'integer' : type;
  return `${printValue(min, plain, family)}-${printValue(max, plain, family)}`;
}

export function printValue(value: bigint, type: ValueType, family: Family): string {
  switch (type) {
    case 'address':
      return formatAddress(family, value);
    case 'hex':
      return `0x${value.toString(16)}`;
    case 'protocol':
      return protocolNames[Number(value)] ?? value.toString();
    case 'tcp-flags':
      return bitNames(value, tcpFlagNames)?.join('|') ?? `0x${value.toString(16)}`;
    case 'ct-state':
      return bitNames(value, ctStateBits)?.join(',') ?? value.toString();
    case 'ct-status':
      return `0x${value.toString(16)}`;
    case 'ct-direction':
      return value === 0n ? 'original' : value === 1n ? 'reply' : value.toString();
    case 'packet-type':
      return packetTypes[Number(value)] ?? value.toString();
    case 'fib-type':
      return fibTypes[Number(value)] ?? value.toString();
    case 'ethernet':
      return formatMac(value);
    case 'milliseconds':
      return milliseconds(value);
    case 'traffic-class':
      return trafficClass(value);
    case 'nanoseconds':
      return (value / 1_000_000_000n).toString();
    case 'integer':
    case 'port':
    case 'interface':
    case 'counter':
      return value.toString();
    default:
      return unreachable(type);
  }
}

function milliseconds(value: bigint): string {
  const seconds = value / 1000n;
  const rest = value % 1000n;
  return rest === 0n ? `${seconds}s` : `${seconds === 0n ? '' : `${seconds}s`}${rest}ms`;
}

export function printExpression(expression: Expression, family: Family): string {
  switch (expression.kind) {
    case 'payload':
      return payloadText(expression);
    case 'meta':
      return expression.key === 'iifname' || expression.key === 'oifname' ? expression.key : `meta ${expression.key}`;
    case 'ct': {
      const address = expression.key === 'saddr' || expression.key === 'daddr';
      return ['ct', expression.direction, address ? nftFamily(family) : undefined, expression.key].filter((word) => word !== undefined).join(' ');
    }
    case 'exthdr':
      return `${expression.header} ${expression.field}`;
    case 'tcp-option':
      return `tcp option maxseg ${expression.field}`;
    case 'fib':
      return `fib ${expression.address}${expression.via === undefined ? '' : ` . ${expression.via}`} type`;
    case 'socket':
      return `socket ${expression.key}`;
    case 'jhash':
      return `jhash ct original ${nftFamily(family)} saddr mod ${expression.modulus} seed 0x${expression.seed.toString(16)}`;
    case 'ipsec':
      return `ipsec ${expression.direction}${expression.layer === 0 ? '' : ` spnum ${expression.layer}`} ${expression.key}`;
    case 'numgen':
      return `numgen ${expression.mode} mod ${expression.modulus}`;
    case 'binary': {
      const names = typeOf(expression.left) === 'tcp-flags' ? bitNames(expression.right, tcpFlagNames) : undefined;
      const right = names === undefined ? maskText(expression, family) : names.length > 1 ? `(${names.join('|')})` : names.join('');
      return `${printExpression(expression.left, family)} ${expression.operator} ${right}`;
    }
    case 'concat':
      return expression.parts.map((part) => printExpression(part, family)).join(' . ');
    case 'map': {
      const entries = expression.entries.map(({ key, value }) => `${printInterval(key, typeOf(expression.key), family, false)} : ${value}`);
      return `${printExpression(expression.key, family)} map { ${entries.join(', ')} }`;
    }
    case 'value':
      return `0x${expression.value.toString(16)}`;
    case 'route-mss':
      return 'rt mtu';
    default:
      return unreachable(expression);
  }
}

function maskText({ left, operator, right }: Extract<Expression, { kind: 'binary' }>, family: Family): string {
  if (operator === '<<' || operator === '>>') return right.toString();
  return typeOf(left) === 'address' ? formatAddress(family, right) : `0x${right.toString(16)}`;
}

export const trafficClass = (value: bigint): string => `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;

const payloadText = (payload: Payload): string => payload.name ?? `@${payload.base},${payload.offset},${payload.bits}`;
