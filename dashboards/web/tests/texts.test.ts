/** Every text stands in both catalogues, and nowhere else. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseParse, NodeTypes, type TemplateChildNode } from '@vue/compiler-dom';
import { parse } from '@vue/compiler-sfc';
import { describe, expect, it } from 'vitest';
import { firstLanguage } from '../src/i18n';
import en from '../src/i18n/en';
import zh from '../src/i18n/zh';

const SOURCES = join(import.meta.dirname, '..', 'src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
const read = (file: string) => readFileSync(join(SOURCES, file), 'utf8');
const HAN = /\p{Script=Han}/u;
const LETTER = /\p{L}/u;
/** Attributes whose text people see or hear. */
const SPOKEN = new Set(['title', 'alt', 'placeholder', 'label', 'aria-label', 'aria-description', 'word', 'hint']);

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const out = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') out.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) out.set(inner, text);
  }
  return out;
}

const chinese = flat(zh as unknown as Tree);
const english = flat(en as unknown as Tree);
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
  });
  it('have a text for every key', () => {
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('');
  });
  it('have the same placeholders', () => {
    for (const [key, text] of chinese)
      expect(placeholders(english.get(key) ?? ''), key).toEqual(placeholders(text));
  });
  it('speak their own language', () => {
    for (const [key, text] of english) if (key !== 'language.zh') expect(text, key).not.toMatch(HAN);
  });
});

describe.each(files.filter((file) => file.endsWith('.vue')))('%s', (file) => {
  const { descriptor } = parse(read(file));

  it('has no text of its own in its template', () => {
    const found: string[] = [];
    const walk = (nodes: readonly TemplateChildNode[]): void => {
      for (const node of nodes) {
        if (node.type === NodeTypes.TEXT && LETTER.test(node.content)) found.push(node.content.trim());
        if (node.type === NodeTypes.INTERPOLATION && node.content.type === NodeTypes.SIMPLE_EXPRESSION)
          if (HAN.test(node.content.content)) found.push(node.content.content);
        if (node.type !== NodeTypes.ELEMENT) continue;
        for (const attribute of node.props)
          if (attribute.type === NodeTypes.ATTRIBUTE && SPOKEN.has(attribute.name))
            if (LETTER.test(attribute.value?.content ?? '')) found.push(attribute.value?.content ?? '');
        walk(node.children);
      }
    };
    walk(baseParse(descriptor.template?.content ?? '').children);
    expect(found).toEqual([]);
  });

  it('has no inline style, which the security policy forbids', () => {
    expect(descriptor.template?.content ?? '').not.toMatch(/\sstyle="/);
  });
});

describe.each(files.filter((file) => /\.(vue|ts)$/.test(file) && !file.startsWith('i18n')))('%s', (file) => {
  const code = read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*|<!--[\s\S]*?-->/g, '');

  it('has no Chinese in its code', () => {
    expect(code).not.toMatch(HAN);
  });

  it('asks only for texts that exist', () => {
    const keys = [...code.matchAll(/\bt\(\s*'([\w.]+)'/g)].map((match) => match[1] ?? '');
    for (const key of keys) expect(chinese.has(key), key).toBe(true);
    const prefixes = [...code.matchAll(/\bt\(\s*`([\w.]+)\.\$\{/g)].map((match) => match[1] ?? '');
    for (const prefix of prefixes)
      expect([...chinese.keys()].some((key) => key.startsWith(`${prefix}.`)), prefix).toBe(true);
  });
});

describe('the first language', () => {
  it('is that of the address, then the one chosen before, then the browser’s', () => {
    expect(firstLanguage('?lang=en', 'zh', ['zh-CN'])).toBe('en');
    expect(firstLanguage('', 'en', ['zh-CN'])).toBe('en');
    expect(firstLanguage('?lang=xx', null, ['zh-CN', 'en'])).toBe('zh');
    expect(firstLanguage('', null, ['nl-NL', 'en'])).toBe('en');
    expect(firstLanguage('', null, [])).toBe('zh');
  });
});
