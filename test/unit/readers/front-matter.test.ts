import { describe, expect, it } from 'vitest';
import { splitFrontMatter } from '../../../infra/readers/markdown/front-matter.js';

const read = (yaml: string) => splitFrontMatter(`---\n${yaml}\n---\n# Body\n`);

describe('front matter', () => {
  it('says what a guideline says of itself', () => {
    const yaml = [
      'title: "Fever: a guide"',
      'authors:',
      '  - Erika Muster',
      '  - name: John Doe',
      'publisher: {name: Imaginary Health Board}',
      'version: 2.10',
      'date: 2025-05-01',
      'effective-date: 2025-06-01 # a Sunday',
      'supersedes:',
      '  - fever-1',
      '  - fever-0',
    ];
    expect(read(yaml.join('\n'))).toEqual({
      metadata: {
        title: 'Fever: a guide',
        authors: ['Erika Muster', 'John Doe'],
        publishedOn: '2025-05-01',
        issuer: 'Imaginary Health Board',
        edition: '2.10',
        effectiveFrom: '2025-06-01',
        supersedes: ['fever-1', 'fever-0'],
      },
      body: '# Body\n',
    });
  });

  it('is read line by line where it is no YAML', () => {
    const { metadata } = read('title: Fever: a guide\nauthor: [Erika Muster, "John Doe"]\neffective: 2025-06-01');
    expect(metadata).toEqual({
      title: 'Fever: a guide',
      authors: ['Erika Muster', 'John Doe'],
      effectiveFrom: '2025-06-01',
    });
  });

  it.each([
    ['aliases that multiply', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[at]}`).join(',')}]`).join('\n')}\ntitle: T`],
    ['brackets without end', `title: T\na: ${'['.repeat(20_000)}`],
    ['more than anybody writes', `title: T\n${'a: b\n'.repeat(50_000)}`],
    ['tags of programs', 'title: T\na: !!js/function "function () {}"'],
    ['a prototype', 'title: T\n__proto__: {title: U}'],
  ])('with %s does no harm', (_name, yaml) => {
    expect(read(yaml).metadata.title).toBe('T');
  }); // prettier-ignore

  it('is none without a field', () => {
    const text = '---\nnot yaml at all\n---\ntext';
    expect(splitFrontMatter(text)).toEqual({ metadata: {}, body: text });
  });
});
