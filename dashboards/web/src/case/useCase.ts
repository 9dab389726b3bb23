import { onBeforeUnmount, onMounted, ref, shallowRef, watch, type Ref } from 'vue';
import { ApiError, fetchJson } from '../api/client';
import type { CaseDocument, Wall } from '../api/types';

const REFRESH_MS = 3_000;

export type Trouble = 'missing' | 'early' | 'denied' | 'failed' | 'refused';

/** A case as asked for; while the question is about now it is asked again and again. */
export function useCase(id: Ref<string>, at: Ref<string | null>, knownAt: Ref<string | null>) {
  const document = shallowRef<CaseDocument | null>(null);
  const trouble = ref<Trouble | null>(null);
  const detail = ref('');
  const zone = ref('Asia/Shanghai');
  let asking: AbortController | null = null;
  let again: ReturnType<typeof setTimeout> | undefined;

  async function load(): Promise<void> {
    clearTimeout(again);
    asking?.abort();
    const mine = (asking = new AbortController());
    const patience = setTimeout(() => mine.abort(), 10_000);
    const query = new URLSearchParams();
    if (at.value !== null) query.set('at', at.value);
    if (knownAt.value !== null) query.set('known_at', knownAt.value);
    const question = query.size > 0 ? `?${query}` : '';
    try {
      const answer = await fetchJson<CaseDocument>(
        `/v1/cases/${encodeURIComponent(id.value)}${question}`,
        mine.signal,
      );
      if (asking !== mine) return;
      document.value = answer;
      trouble.value = null;
    } catch (error) {
      if (asking !== mine) return;
      const found = troubleOf(error);
      const early = found === 'missing' && query.size > 0 && (await isKnownNow(mine.signal));
      if (asking !== mine) return;
      trouble.value = early ? 'early' : found;
      // What is shown of another moment would be taken for this one.
      if (found === 'missing') document.value = null;
      detail.value = error instanceof ApiError ? error.message : '';
    } finally {
      clearTimeout(patience);
    }
    if (at.value === null || trouble.value === 'failed') again = setTimeout(() => void load(), REFRESH_MS);
  }

  /** Whether a case that was not known at the moment asked about is known at all. */
  async function isKnownNow(signal: AbortSignal): Promise<boolean> {
    try {
      await fetchJson<CaseDocument>(`/v1/cases/${encodeURIComponent(id.value)}`, signal);
      return true;
    } catch {
      return false;
    }
  }

  async function readZone(): Promise<void> {
    try {
      zone.value = (await fetchJson<Wall>('/v1/wall')).zone;
    } catch {
      // The default stands; the case itself will say what is wrong.
    }
  }

  watch(id, () => (document.value = null));
  watch([id, at, knownAt], () => void load());
  onMounted(() => {
    void readZone();
    void load();
  });
  onBeforeUnmount(() => {
    asking?.abort();
    asking = null;
    clearTimeout(again);
  });
  return { document, trouble, detail, zone, load };
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 404) return 'missing';
  if (error.status === 401 || error.status === 403) return 'denied';
  return error.status === 422 ? 'refused' : 'failed';
}
