import type zh from './zh';

type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

/** What every catalogue must hold. */
export type Messages = Texts<typeof zh>;
