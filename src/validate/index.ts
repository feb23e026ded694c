export { validateIptables } from './iptables.js';
export { validateNft, type NftOutput, type ValidateNftOptions } from './nft.js';
export type { Validation } from './validation.js';
