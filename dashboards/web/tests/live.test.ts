import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../src/api/client';
import { Live, pauseBefore, POLL_MS, SILENCE_MS, type Phase, type Source } from '../src/api/live';

interface Doc {
  n: number;
}

/** An EventSource that does what the test says. */
class FakeSource implements Source {
  static made: FakeSource[] = [];
  closed = false;
  private listeners = new Map<string, (event: MessageEvent<string>) => void>();
  constructor() {
    FakeSource.made.push(this);
  }
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
  }
  say(type: string, data = ''): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data }));
  }
}

const newest = () => FakeSource.made.at(-1) as FakeSource;

function watch(snapshot: (signal: AbortSignal) => Promise<Doc>) {
  const phases: Phase[] = [];
  const documents: Doc[] = [];
  const live = new Live<Doc>({
    open: () => new FakeSource(),
    snapshot,
    receive: (document) => documents.push(document),
    phase: (phase) => phases.push(phase),
    random: () => 1,
  });
  return { live, phases, documents };
}

beforeEach(() => {
  FakeSource.made = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('back-off', () => {
  it('doubles, is bounded, and is spread by half', () => {
    expect([0, 1, 2, 3].map((n) => pauseBefore(n, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(pauseBefore(0, 0)).toBe(250);
    expect(pauseBefore(1000, 1)).toBe(15_000);
  });
});

describe('the live stream', () => {
  it('is live with the first frame', () => {
    const { live, phases, documents } = watch(() => Promise.reject(new Error('unused')));
    live.start();
    newest().say('wall', '{"n": 1}');
    expect(phases).toEqual(['connecting', 'live']);
    expect(documents).toEqual([{ n: 1 }]);
    live.stop();
  });

  it('makes a new source after a refused connection, which a browser never does', async () => {
    const { live, documents } = watch(() => Promise.reject(new ApiError(503, 'starting')));
    live.start();
    newest().say('error');
    expect(newest().closed).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSource.made).toHaveLength(2);
    newest().say('wall', '{"n": 2}');
    expect(documents).toEqual([{ n: 2 }]);
    live.stop();
  });

  it('reads snapshots while the stream is down, and stops when it is back', async () => {
    const snapshot = vi.fn(() => Promise.resolve({ n: 7 }));
    const { live, phases, documents } = watch(snapshot);
    live.start();
    for (let times = 0; times < 4; times++) {
      newest().say('error');
      await vi.advanceTimersByTimeAsync(pauseBefore(times, 1));
    }
    expect(snapshot.mock.calls.length).toBeGreaterThan(1);
    expect(documents).toContainEqual({ n: 7 });
    expect(phases.at(-1)).toBe('polling');
    newest().say('wall', '{"n": 8}');
    const asked = snapshot.mock.calls.length;
    await vi.advanceTimersByTimeAsync(POLL_MS * 2);
    expect(snapshot.mock.calls.length).toBe(asked);
    expect(phases.at(-1)).toBe('live');
    live.stop();
  });

  it('is down when nothing answers, and says so when a login is needed', async () => {
    const down = watch(() => Promise.reject(new TypeError('network')));
    down.live.start();
    newest().say('error');
    await vi.advanceTimersByTimeAsync(0);
    expect(down.phases.at(-1)).toBe('down');
    down.live.stop();
    const denied = watch(() => Promise.reject(new ApiError(401, 'token')));
    denied.live.start();
    newest().say('error');
    await vi.advanceTimersByTimeAsync(0);
    expect(denied.phases.at(-1)).toBe('denied');
    denied.live.stop();
  });

  it('takes silence for a dead line', async () => {
    const { live } = watch(() => Promise.resolve({ n: 1 }));
    live.start();
    newest().say('wall', '{"n": 1}');
    const first = newest();
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(first.closed).toBe(true);
    await vi.advanceTimersByTimeAsync(500);
    expect(FakeSource.made).toHaveLength(2);
    live.stop();
  });

  it('takes a torn frame for a dead line, not for data', () => {
    const { live, documents } = watch(() => Promise.resolve({ n: 1 }));
    live.start();
    newest().say('wall', '{"n": ');
    expect(newest().closed).toBe(true);
    expect(documents).toEqual([]);
    live.stop();
  });

  it('listens to the newest source only', async () => {
    const { live, documents } = watch(() => Promise.reject(new Error('down')));
    live.start();
    const old = newest();
    old.say('error');
    await vi.advanceTimersByTimeAsync(500);
    old.say('wall', '{"n": 1}');
    expect(documents).toEqual([]);
    live.stop();
  });

  it('does nothing more once stopped', async () => {
    const snapshot = vi.fn(() => Promise.resolve({ n: 1 }));
    const { live } = watch(snapshot);
    live.start();
    newest().say('error');
    live.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSource.made).toHaveLength(1);
    expect(snapshot).toHaveBeenCalledTimes(1);
  });

  it('hurries when somebody looks again', () => {
    const { live } = watch(() => Promise.reject(new Error('down')));
    live.start();
    newest().say('error');
    live.hurry();
    expect(FakeSource.made).toHaveLength(2);
    live.hurry();
    expect(FakeSource.made).toHaveLength(2);
    live.stop();
  });
});
