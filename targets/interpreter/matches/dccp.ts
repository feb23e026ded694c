import { dccpTypes } from '../../../src/ir/index.js';
import { read16, read8 } from '../../../src/stack/index.js';
import { condemn, hasTransport, type Evaluation, type MatchMeaning } from '../evaluation.js';
import { inRange } from '../values.js';

/** Bytes that a packet type adds to the header: service codes, acknowledgements, reset codes. */
const typeBytes = (type: number): number => {
  switch (dccpTypes[type]) {
    case 'DATA':
      return 0;
    case 'REQUEST':
      return 4;
    case 'ACK':
    case 'DATAACK':
    case 'CLOSEREQ':
    case 'CLOSE':
    case 'SYNC':
    case 'SYNCACK':
      return 8;
    default:
      return 12;
  }
};

/** An option by its type. A header that ends before its options begin or behind the packet condemns it; an inverted test goes on. */
function hasOption(evaluation: Evaluation, option: number): boolean {
  const { packet: { bytes }, transport } = evaluation;
  const kind = read8(bytes, transport + 8);
  const start = 12 + ((kind & 1) === 1 ? 4 : 0) + typeBytes((kind >>> 1) & 15);
  const end = read8(bytes, transport + 4) * 4;
  if (end < start) return condemn(evaluation);
  if (end === start) return false;
  if (!hasTransport(evaluation, end)) return condemn(evaluation);
  for (let at = start; at < end; ) {
    const type = read8(bytes, transport + at);
    if (type === option) return true;
    at += type < 2 ? 1 : read8(bytes, transport + at + 1) || 1;
  }
  return false;
}

/** Numbers from 10 on are all the last type. */
const typeOf = (bytes: Uint8Array, transport: number): number => Math.min((read8(bytes, transport + 8) >>> 1) & 15, dccpTypes.length - 1);

export const dccp: MatchMeaning<'dccp'> = ({ sourcePort, destinationPort, types, option }) => {
  const wanted = new Set(types?.value.map((type) => dccpTypes.indexOf(type)));
  return (evaluation) => {
    if (evaluation.fragment !== 0) return false;
    if (!hasTransport(evaluation, 12)) return condemn(evaluation);
    const { packet: { bytes }, transport } = evaluation;
    if (sourcePort !== undefined && inRange(read16(bytes, transport), sourcePort.value) === sourcePort.negated) return false;
    if (destinationPort !== undefined && inRange(read16(bytes, transport + 2), destinationPort.value) === destinationPort.negated) return false;
    if (types !== undefined && wanted.has(typeOf(bytes, transport)) === types.negated) return false;
    return option === undefined || hasOption(evaluation, option.value) !== option.negated;
  };
};
