import Type from 'typebox';

/** An answer that is a picture and no JSON. */
export const PNG_ANSWER = {
  description: 'A PNG.',
  content: { 'image/png': { schema: Type.Unsafe<Buffer>({ type: 'string' }) } },
};
