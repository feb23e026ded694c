/** Protocols that begin with ports, or an SPI in their place, and where; the SPI of an authentication header lies 4 bytes in. */
export const portsBegin: Readonly<Record<number, number>> = { 6: 0, 17: 0, 33: 0, 50: 0, 51: 4, 132: 0, 136: 0 };
