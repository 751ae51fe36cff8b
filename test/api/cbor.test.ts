import { decode, encode, Token, Type } from 'cborg';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, protocolOf, refuse } from '../../functions/api/protocol.ts';
import { Refusal } from '../../functions/domain/refusal.ts';

const cbor = protocolOf({ 'smithy-protocol': 'rpc-v2-cbor' });
/** What an answer says, its times as `{ time }`. */
const said = ({ body }: Pick<Answer, 'body'>) =>
  decode(Buffer.from(body, 'base64'), { tags: { 1: (content) => ({ time: content() }) } });
const bytes = (...values: readonly number[]) => Buffer.from(values);

describe('C04 C09 a body of CBOR', () => {
  test.each([
    ['an empty map', bytes(0xa0), {}],
    ['texts', Buffer.from(encode({ name: 'web' })), { name: 'web' }],
    ['an indefinite map', bytes(0xbf, 0x61, 0x61, 0x01, 0xff), { a: 1 }],
    ['a time as its seconds', bytes(0xa1, 0x61, 0x74, 0xc1, 0xfb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0), { t: 1.5 }],
    ['a half float', bytes(0xa1, 0x61, 0x74, 0xf9, 0x3c, 0x00), { t: 1 }],
    ['null', bytes(0xa1, 0x61, 0x74, 0xf6), { t: null }],
  ])('is read with %s', (_, body, value) => {
    expect(cbor.read(body)).toEqual(value);
  });

  test('sets no prototype by a member of that name', () => {
    const value = cbor.read(bytes(0xa1, 0x69, ...Buffer.from('__proto__'), 0xa1, 0x61, 0x61, 0x01)) as object;

    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
  });

  test.each([
    ['ends early', bytes(0xa1, 0x61)],
    ['goes on after its end', bytes(0xa0, 0x00)],
    ['names a member twice', bytes(0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02)],
    ['promises 2^32 members', bytes(0xba, 0xff, 0xff, 0xff, 0xff)],
    ['promises 2^53 items', bytes(0x9b, 0x00, 0x20, 0, 0, 0, 0, 0, 0)],
    ['promises 4 GB of text', bytes(0x7a, 0xff, 0xff, 0xff, 0xff)],
    ['has a tag that no member takes', bytes(0xa1, 0x61, 0x61, 0xc4, 0x82, 0x1a, 0x0f, 0xff, 0xff, 0xff, 0x01)],
    ['has a key that is no text', bytes(0xa1, 0x01, 0x01)],
    ['is nested a million deep', Buffer.alloc(1_000_000, 0x81)],
    ['has 400,000 elements', Buffer.concat([bytes(0x9a, 0x00, 0x06, 0x1a, 0x80), Buffer.alloc(400_000, 0x01)])],
    ['is JSON', Buffer.from('{"name":"web"}')],
  ])('is refused when it %s', (_, body) => {
    expect(() => cbor.read(body)).toThrow(
      expect.objectContaining({ code: 'SerializationException', message: 'The body is not CBOR.' }),
    );
  });

  test('is read or refused, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        try {
          cbor.read(Buffer.from(body));
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
    );
  });
});

describe('an answer in CBOR', () => {
  test('has the headers of the protocol', () => {
    const { headers, isBase64Encoded } = cbor.write({}, null);

    expect(headers).toEqual({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
    expect(isBase64Encoded).toBe(true);
  });

  test('has times with tag 1, at every depth, and leaves out what is undefined', () => {
    const created = 1_760_000_000.25;
    const pipelines = [{ name: 'web', version: 3, created, updated: undefined }];

    const answer = cbor.write({ pipelines }, 'ListPipelinesOutput');

    expect(said(answer)).toEqual({ pipelines: [{ name: 'web', version: 3, created: { time: created } }] });
  });

  test('has a time of whole seconds as a float too', () => {
    const answer = cbor.write({ approvedAt: 1_760_000_000 }, 'PutApprovalResultOutput');

    const tagged = Buffer.from(
      encode(0, { typeEncoders: { number: () => [new Token(Type.tag, 1), new Token(Type.float, 1_760_000_000)] } }),
    );
    expect(Buffer.from(answer.body, 'base64').toString('hex')).toContain(tagged.toString('hex'));
  });

  test('keeps maps of texts as they are', () => {
    const configuration = { created: 'x', BranchName: 'main', __proto__x: 'y' };
    const actions = [{ name: 'a', actionTypeId: {}, configuration }];

    const answer = cbor.write({ pipeline: { stages: [{ name: 's', actions }] } }, 'GetPipelineOutput');

    expect(said(answer)).toEqual({ pipeline: { stages: [{ name: 's', actions }] } });
  });

  test('is an empty map where the operation has no output', () => {
    expect(said(cbor.write({}, null))).toEqual({});
  });

  test('tells an error by its shape', () => {
    const { status, headers, ...answer } = refuse(cbor, new Refusal('ConflictException', 'Busy.'));

    expect(status).toBe(409);
    expect(headers['x-amzn-errortype']).toBe('ConflictException');
    expect(said(answer)).toEqual({ __type: 'com.amazonaws.codepipeline#ConflictException', message: 'Busy.' });
  });
});

test('a request without the header of CBOR is JSON', () => {
  expect(protocolOf({ 'content-type': 'application/cbor' }).write({}, null).headers['content-type']).toBe(
    'application/x-amz-json-1.1',
  );
});
