import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** The question of theme/stage.css. */
export const STAGE = '(min-width: 1600px) and (min-height: 800px) and (min-aspect-ratio: 3/2)';

function useMedia(query: string): Ref<boolean> {
  const list = window.matchMedia(query);
  const matches = ref(list.matches);
  const changed = () => (matches.value = list.matches);
  onMounted(() => list.addEventListener('change', changed));
  onBeforeUnmount(() => list.removeEventListener('change', changed));
  return matches;
}

/** Whether the wall is a stage that scales, rather than a page that flows. */
export const useStage = () => useMedia(STAGE);

/** Whether the viewer asked for less motion. */
export const useStill = () => useMedia('(prefers-reduced-motion: reduce)');
