import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLength } from '../../src/ir/index.js';
import { commentLimit, decodeComments, encodeComments } from '../../targets/nftables/strings.js';

const anyComment = fc.oneof(fc.string({ unit: 'binary', maxLength: 255 }), fc.string({ maxLength: 60 }), fc.constantFrom('%', '%:', '%+', '%/', 'a%/b', '"', '\udc80', 'x"; add table ip pwned; #', '$x', 'a\\', 'line\nbreak', ''));

describe('comments in nft', () => {
  test.each<[readonly string[], readonly string[]]>([
    [[], []],
    [['allow ssh'], ['allow ssh']],
    [['für alle'], ['für alle']],
    [['say "hi"'], ['%:say %22hi%22']],
    [['100%', 'second'], ['%:100%25%/second']],
    [['%:'], ['%:%25:']],
  ])('%j is written %j', (comments, written) => {
    expect(encodeComments(comments)).toEqual(written);
  });

  test('129 bytes go on in a second comment', () => {
    const parts = encodeComments(['x'.repeat(129)]);
    expect(parts).toEqual([`%:${'x'.repeat(126)}`, '%+xxx']);
  });

  test('every comment comes back, and never leaves its quotes', () => {
    fc.assert(
      fc.property(fc.array(anyComment, { maxLength: 3 }), (comments) => {
        const parts = encodeComments(comments);
        expect(decodeComments(parts)).toEqual(comments);
        for (const part of parts) {
          expect(part).toMatch(/^[^"\u0000-\u001f\u007f]+$/);
          expect(byteLength(part)).toBeLessThanOrEqual(commentLimit);
        }
      }),
    );
  });
});
