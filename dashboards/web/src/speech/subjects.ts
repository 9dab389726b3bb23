/** Kinds of subjects, told by their ids: a case has the id its hall gave it, every other kind a prefix. */

export const KINDS = ['hall', 'window', 'item', 'receipt', 'ledger'] as const;
export type Kind = 'case' | (typeof KINDS)[number];

export interface Subject {
  kind: Kind;
  /** The id without the prefix; of a window or a ledger sheet what stands before the last slash. */
  key: string;
  /** Of a window its name, of a ledger sheet its day; else empty. */
  part: string;
}

/** `window:weixian/3` is window 3 of weixian, `receipt:R-17` the receipt R-17, `2026-000217` a case. */
export function subjectOf(id: string): Subject {
  const kind = KINDS.find((one) => id.startsWith(`${one}:`));
  if (kind === undefined) return { kind: 'case', key: id, part: '' };
  const key = id.slice(kind.length + 1);
  const slash = kind === 'window' || kind === 'ledger' ? key.lastIndexOf('/') : -1;
  return slash < 0 ? { kind, key, part: '' } : { kind, key: key.slice(0, slash), part: key.slice(slash + 1) };
}
