import { computed, onBeforeUnmount, onMounted, ref, shallowRef } from 'vue';
import { fetchJson } from './client';
import { Live, type Phase } from './live';
import type { Wall } from './types';

/** Seconds without a new document after which the screen says that it is stale. */
const STALE_SECONDS = 10;

/** The wall's document as it is now, how old it is, and the clock of its data. */
export function useWall() {
  const wall = shallowRef<Wall | null>(null);
  const phase = ref<Phase>('connecting');
  const received = ref(0);
  const tick = ref(performance.now());

  const live = new Live<Wall>({
    open: () => new EventSource('/v1/live'),
    snapshot: (signal) => fetchJson<Wall>('/v1/wall', signal),
    receive(document) {
      wall.value = document;
      received.value = tick.value = performance.now();
    },
    phase(next) {
      phase.value = next;
    },
  });

  /** Seconds since the newest document came in. */
  const age = computed(() => Math.max(0, tick.value - received.value) / 1000);
  const stale = computed(() => wall.value !== null && age.value >= STALE_SECONDS);

  /** The data's clock, milliseconds since 1970: it runs on between documents and stands when they are stale. */
  const now = computed(() => {
    if (wall.value === null) return null;
    const since = stale.value ? 0 : age.value * 1000 * wall.value.clock.rate;
    return Date.parse(wall.value.as_of) + since;
  });

  const look = () => {
    if (document.visibilityState === 'visible') live.hurry();
  };
  let ticking: ReturnType<typeof setInterval> | undefined;

  onMounted(() => {
    live.start();
    ticking = setInterval(() => (tick.value = performance.now()), 200);
    document.addEventListener('visibilitychange', look);
    window.addEventListener('online', look);
  });
  onBeforeUnmount(() => {
    live.stop();
    clearInterval(ticking);
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('online', look);
  });

  return { wall, phase, age, stale, now, retry: () => live.hurry() };
}
