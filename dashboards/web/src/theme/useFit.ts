import { onBeforeUnmount, onMounted, ref, type Ref } from 'vue';

/** How many rows of `rem` height fit into an element; follows its size. */
export function useFit(element: Ref<HTMLElement | null>, rem: number): Ref<number> {
  const rows = ref(1);
  const measure = () => {
    const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const height = element.value?.clientHeight ?? 0;
    rows.value = Math.max(1, Math.floor((height + 1) / (rem * unit)));
  };
  const observer = new ResizeObserver(measure);
  onMounted(() => {
    if (element.value !== null) observer.observe(element.value);
    measure();
  });
  onBeforeUnmount(() => observer.disconnect());
  return rows;
}
