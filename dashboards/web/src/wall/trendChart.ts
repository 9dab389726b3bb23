import type { WallHour } from '../api/types';
import type { ChartInk, ChartOption } from '../theme/chart';

export const FLOWS = ['accepted', 'completed'] as const;
export const LEVELS = ['warning', 'yellow', 'red'] as const;

/** The 24-hour trend: matters as lines above, findings as stacked bars below, one axis of hours.
 *
 * `begun` is the place of the hour that is not over yet: the lines end before it, lest they seem to fall.
 */
export function trendOption(
  hours: readonly WallHour[],
  begun: number,
  labels: readonly string[],
  words: Record<(typeof FLOWS)[number] | (typeof LEVELS)[number], string>,
  ink: ChartInk,
  still: boolean,
): ChartOption {
  const { colour, text, font, height } = ink;
  const left = text * 2.6;
  const right = text * 1.2;
  const gap = text * 1.6;
  const foot = text * 1.9;
  const plot = Math.max(40, height - gap - foot - text * 0.6);
  const upper = plot * 0.58;
  const lower = plot - upper;
  const label = { color: colour('--ink-3'), fontSize: text, fontFamily: font };
  const every = Math.max(1, Math.ceil(labels.length / Math.max(2, Math.floor(ink.width / (text * 6)))));
  const axis = {
    type: 'category' as const,
    data: [...labels],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: colour('--line') } },
  };
  const value = {
    type: 'value' as const,
    minInterval: 1,
    splitNumber: 2,
    axisLabel: label,
    splitLine: { lineStyle: { color: colour('--line') } },
  };
  return {
    animation: !still,
    animationDuration: 250,
    animationDurationUpdate: 250,
    animationEasing: 'cubicOut',
    textStyle: { fontFamily: font },
    // The table beside the chart and its label say it in words.
    aria: { enabled: true, label: { enabled: false }, decal: { show: false } },
    grid: [
      { left, right, top: text * 0.6, height: upper },
      { left, right, top: text * 0.6 + upper + gap, height: lower },
    ],
    tooltip: {
      trigger: 'axis',
      // Drawn on the canvas: an HTML tooltip needs inline styles, which the security policy forbids.
      renderMode: 'richText',
      backgroundColor: colour('--raised'),
      borderColor: colour('--line'),
      textStyle: { color: colour('--ink'), fontSize: text, fontFamily: font },
    },
    xAxis: [
      { ...axis, gridIndex: 0, axisLabel: { show: false } },
      { ...axis, gridIndex: 1, axisLabel: { ...label, interval: (index: number) => index % every === 0 } },
    ],
    yAxis: [
      { ...value, gridIndex: 0 },
      { ...value, gridIndex: 1, splitNumber: 1, axisLabel: { ...label, showMinLabel: false } },
    ],
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: colour('--accent') } },
    series: [
      ...FLOWS.map((name, index) => ({
        type: 'line' as const,
        name: words[name],
        xAxisIndex: 0,
        yAxisIndex: 0,
        data: hours.map((hour, place) => (place === begun ? null : hour[name])),
        showSymbol: false,
        symbolSize: text * 0.4,
        lineStyle: { width: text * 0.13, color: colour(`--${name}`), type: index ? 'dashed' : 'solid' } as const,
        itemStyle: { color: colour(`--${name}`) },
      })),
      ...LEVELS.map((name) => ({
        type: 'bar' as const,
        name: words[name],
        stack: 'findings',
        xAxisIndex: 1,
        yAxisIndex: 1,
        barMaxWidth: text * 0.9,
        data: hours.map((hour) => hour[name]),
        itemStyle: { color: colour(`--${name}`) },
      })),
    ],
  } as ChartOption;
}
