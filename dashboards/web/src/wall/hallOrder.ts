import type { WallHall } from '../api/types';

const LEVELS = ['province', 'city', 'county', 'sub_center', 'township', 'village'];

/** Ranked halls by rank; then those without a fair rate, unknown ones first, by level and matters at hand. */
export function inOrder(halls: readonly WallHall[]): WallHall[] {
  return [...halls].sort(
    (a, b) =>
      (a.rank ?? Infinity) - (b.rank ?? Infinity) ||
      Number(b.state === 'silent') - Number(a.state === 'silent') ||
      levelOf(a) - levelOf(b) ||
      b.on_time.denominator - a.on_time.denominator ||
      b.open - a.open ||
      (a.hall < b.hall ? -1 : 1),
  );
}

function levelOf(hall: WallHall): number {
  const place = LEVELS.indexOf(hall.level ?? '');
  return place < 0 ? LEVELS.length : place;
}

/** Whether a rate may be shown and compared. */
export function hasFairRate(hall: WallHall): boolean {
  return hall.on_time.value !== null && !hall.sample_too_small;
}
