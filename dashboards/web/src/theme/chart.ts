/** ECharts, cut down to what the screens draw, in the colours of tokens.css. */
import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, AxisPointerComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type ComposeOption, type EChartsType } from 'echarts/core';
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { AriaComponentOption, GridComponentOption, TooltipComponentOption } from 'echarts/components';
import { CanvasRenderer } from 'echarts/renderers';
import { onBeforeUnmount, onMounted, watch, type Ref } from 'vue';

use([
  BarChart,
  LineChart,
  GridComponent,
  TooltipComponent,
  AxisPointerComponent,
  AriaComponent,
  CanvasRenderer,
]);

export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | TooltipComponentOption | AriaComponentOption
>;

/** What a chart needs to know of the place it is drawn in. */
export interface ChartInk {
  /** The value of a colour token, as in `colour('--red')`. */
  colour: (token: string) => string;
  font: string;
  /** Pixels of the smallest text. */
  text: number;
  width: number;
  height: number;
}

function inkOf(element: HTMLElement): ChartInk {
  const style = getComputedStyle(element);
  return {
    colour: (token) => style.getPropertyValue(token).trim(),
    font: style.fontFamily,
    text: parseFloat(style.fontSize),
    width: element.clientWidth,
    height: element.clientHeight,
  };
}

/** Draws `option` into an element, again whenever it or the element's size changes. */
export function useChart(element: Ref<HTMLElement | null>, option: (ink: ChartInk) => ChartOption): void {
  let chart: EChartsType | undefined;
  const draw = () => {
    if (element.value === null || element.value.clientHeight === 0) return;
    if (chart !== undefined && chart.getDom() !== element.value) {
      chart.dispose();
      chart = undefined;
    }
    chart ??= init(element.value, null, { renderer: 'canvas' });
    chart.resize();
    chart.setOption(option(inkOf(element.value)));
  };
  const observer = new ResizeObserver(draw);
  onMounted(() => {
    watch(
      element,
      (now, before) => {
        if (before) observer.unobserve(before);
        if (now) observer.observe(now);
      },
      { immediate: true },
    );
    watch(() => element.value !== null && option(inkOf(element.value)), draw, { flush: 'post' });
    // Canvas text is drawn once: again when the font has come.
    void document.fonts?.ready.then(draw);
  });
  onBeforeUnmount(() => {
    observer.disconnect();
    chart?.dispose();
  });
}
