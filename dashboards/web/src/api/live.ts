/** The live stream, with what EventSource leaves out.
 *
 * A browser gives up for good after one refused connection, and does not notice a line that is silently dead.
 * So any error, and any silence, closes the source; a new one is made after a back-off with jitter, and
 * snapshots are read meanwhile. Who listens always knows in which of the phases we are.
 */
import { ApiError } from './client';

export type Phase = 'connecting' | 'live' | 'polling' | 'down' | 'denied';

/** The part of EventSource that is used. */
export interface Source {
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveParts<T> {
  open: () => Source;
  snapshot: (signal: AbortSignal) => Promise<T>;
  receive: (document: T) => void;
  phase: (phase: Phase) => void;
  random?: () => number;
}

/** The server sends a frame at least every 3 s; so long a silence means that the line is dead. */
export const SILENCE_MS = 10_000;
export const POLL_MS = 2_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Milliseconds before the next try after `failures` failed ones: doubling, bounded, spread by half. */
export function pauseBefore(failures: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return longest * (0.5 + random / 2);
}

export class Live<T> {
  private source: Source | null = null;
  private failures = 0;
  private running = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private poll: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | null = null;

  constructor(private readonly parts: LiveParts<T>) {}

  start(): void {
    if (this.running) return;
    this.running = true;
    this.parts.phase('connecting');
    this.connect();
  }

  stop(): void {
    this.running = false;
    this.disconnect();
    this.stopPolling();
    clearTimeout(this.retry);
  }

  /** Try at once: somebody looks again, or the network came back. */
  hurry(): void {
    if (!this.running || this.source !== null) return;
    clearTimeout(this.retry);
    this.connect();
  }

  private connect(): void {
    const source = this.parts.open();
    this.source = source;
    this.watch();
    source.addEventListener('wall', (event) => {
      if (this.source === source) this.take(event.data);
    });
    source.addEventListener('error', () => {
      if (this.source === source) this.lost();
    });
  }

  private take(data: string): void {
    let document: T;
    try {
      document = JSON.parse(data) as T;
    } catch {
      this.lost();
      return;
    }
    this.failures = 0;
    this.stopPolling();
    this.watch();
    this.parts.phase('live');
    this.parts.receive(document);
  }

  private watch(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(), SILENCE_MS);
  }

  private lost(): void {
    this.disconnect();
    if (!this.running) return;
    this.retry = setTimeout(
      () => this.connect(),
      pauseBefore(this.failures++, (this.parts.random ?? Math.random)()),
    );
    if (this.poll === undefined && this.asking === null) void this.ask();
  }

  private disconnect(): void {
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
  }

  private async ask(): Promise<void> {
    const asking = new AbortController();
    this.asking = asking;
    // A hanging answer must not keep us from asking again.
    const patience = setTimeout(() => asking.abort(), SILENCE_MS);
    try {
      const document = await this.parts.snapshot(asking.signal);
      if (this.asking !== asking) return;
      this.parts.phase('polling');
      this.parts.receive(document);
    } catch (error) {
      if (this.asking !== asking) return;
      const denied = error instanceof ApiError && (error.status === 401 || error.status === 403);
      this.parts.phase(denied ? 'denied' : 'down');
    } finally {
      clearTimeout(patience);
    }
    this.asking = null;
    this.poll = setTimeout(() => {
      this.poll = undefined;
      void this.ask();
    }, POLL_MS);
  }

  private stopPolling(): void {
    clearTimeout(this.poll);
    this.poll = undefined;
    this.asking?.abort();
    this.asking = null;
  }
}
