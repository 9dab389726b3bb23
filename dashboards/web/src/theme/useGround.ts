import { onBeforeMount } from 'vue';

/** Which ground the page stands on: blue-black for the wall, paper white for the desk. */
export function useGround(ground: 'wall' | 'desk'): void {
  onBeforeMount(() => {
    document.documentElement.dataset.ground = ground;
  });
}
