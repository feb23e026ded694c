import fc from 'fast-check';
import { addressBits } from '../../../src/ir/index.js';
import { flag, number } from '../arbitraries.js';
import { nowhere } from '../draft.js';
import type { JumpGenerator } from './node.js';

const u32 = 0xffff_ffff;
const port = number(65_535);

/** Ports and SPI share their fields. */
export const hmark: JumpGenerator<'hmark'> = {
  families: [4, 6],
  draw: (family) =>
    fc
      .record(
        {
          kind: fc.constant('hmark' as const),
          source: fc.constant(nowhere),
          sourcePrefix: number(addressBits(family)),
          destinationPrefix: number(addressBits(family)),
          sourcePortMask: port,
          destinationPortMask: port,
          spiMask: number(u32),
          sourcePortSet: port,
          destinationPortSet: port,
          spiSet: number(u32),
          protocolMask: port,
          random: number(u32),
          modulus: number(u32, 1),
          offset: number(u32),
          connection: flag(),
        },
        { requiredKeys: ['kind', 'source', 'random', 'modulus'] },
      )
      .filter((jump) => Object.keys(jump).some((key) => !['kind', 'source', 'random', 'modulus', 'offset'].includes(key)))
      .filter((jump) => jump.spiMask === undefined || (jump.sourcePortMask === undefined && jump.destinationPortMask === undefined))
      .filter((jump) => jump.spiSet === undefined || (jump.sourcePortSet === undefined && jump.destinationPortSet === undefined)),
};
