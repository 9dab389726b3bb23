/** The API's documents, as docs/design.md and the verdict's contract describe them. Instants are RFC 3339. */

export interface Bilingual {
  zh: string;
  en: string;
}

/** A share that says of how many. `value` is null when nothing was counted. */
export interface Rate {
  value: number | null;
  numerator: number;
  denominator: number;
}

export type Level = 0 | 1 | 2 | 3;

export interface WallFinding {
  finding: string;
  code: string;
  title: Bilingual;
  level: Level;
  subject: string;
  hall: string | null;
  hall_title: string | null;
  item: string | null;
  item_title: string | null;
  occurred: string;
  recorded: string;
  due: string | null;
  clock: string | null;
  clock_state: ClockState | null;
  remaining_seconds: number | null;
  over_seconds: number | null;
  /** Open seconds of a working day; null where the clock counts elapsed time. */
  open_day_seconds: number | null;
}

export type HallState = 'reporting' | 'silent' | 'closed' | 'never';

export interface WallHall {
  hall: string;
  title: string;
  level: string | null;
  state: HallState;
  last_event: string | null;
  open: number;
  overdue: number;
  on_time: Rate;
  sample_too_small: boolean;
  rank: number | null;
}

export interface WallHour {
  hour: string;
  accepted: number;
  completed: number;
  warning: number;
  yellow: number;
  red: number;
}

export interface Wall {
  as_of: string;
  /** Events in the log that are not judged yet. */
  behind: number;
  zone: string;
  clock: { mode: string; rate: number };
  last_event: string | null;
  position: number;
  title: Bilingual;
  figures: { open: number; due_soon: number; yellow: number; red: number; on_time: Rate };
  findings: WallFinding[];
  halls: WallHall[];
  trend: WallHour[];
}

export interface Limit {
  amount?: number | string;
  unit?: string;
  mode?: string | null;
  until?: string;
}

/** One day of a ledger. Seconds are working time or elapsed time, as the clock's unit counts. */
export interface LedgerLine {
  date: string;
  kind: string;
  used_seconds: number;
  total_seconds: number;
  number?: number;
  paused_seconds?: number;
  over_seconds?: number;
  zh?: string;
  en?: string;
  events?: string[];
  due?: string;
  thresholds?: Threshold[];
  /** Whether the day counts, and why or why not. */
  why_zh?: string;
  why_en?: string;
  /** What happened on the day that bears on the clock. */
  notes?: Bilingual[];
  /** When the day is open, by the wall clock of its calendar. */
  hours?: string;
  /** Of a clock that counts time, not days: from when to when it ran. */
  counted_hours?: string;
  /** The day lies wholly after the instant up to which time is counted. */
  ahead?: boolean;
  /** Of the one line that stands for all later days: its last day. */
  until?: string;
  /** Of a clock that counts days: what the line adds, and the sum so far. */
  days?: number;
  total_days?: number;
}

export interface Threshold {
  level: Level;
  after: string | null;
  /** On a line of a ledger: false where the clock did not come so far. */
  reached?: boolean;
}

export type ClockState = 'pending' | 'running' | 'paused' | 'met' | 'missed' | 'stopped';

export interface ClockReading {
  name: string;
  round: number;
  state: ClockState;
  limit: Limit | null;
  start: string | null;
  due: string | null;
  provisional: boolean;
  level: Level;
  thresholds: Threshold[];
  used_seconds: number;
  used_days: number | null;
  paused_seconds: number;
  over_seconds: number;
  stopped: string | null;
  settings: Record<string, unknown>;
  basis: string[];
  basis_en: string[];
  versions?: { profile: string; item: string; calendars: string[] };
  ledger: LedgerLine[];
}

export interface CaseFinding {
  id: string;
  code: string;
  level: Level;
  clock: string | null;
  round: number;
  occurred: string;
  basis: string[];
  basis_en: string[];
  evidence: string[];
  title: Bilingual;
  detail?: Bilingual;
  rule_version: string;
  profile_version?: string;
  limit?: Limit;
}

export interface Issue {
  id: string;
  type: 'finding.raised' | 'finding.escalated' | 'finding.lifted';
  finding: string;
  code: string;
  level: Level;
  clock: string | null;
  round: number;
  occurred: string;
  recorded: string;
  reason: string | null;
  cause: string | null;
}

export interface Verdict {
  subject: string;
  at: string;
  known_at: string;
  status: string;
  round: number;
  clocks: Record<string, ClockReading>;
  findings: CaseFinding[];
  issued: Issue[];
  irregularities: { kind: string; event: string | null; text: Bilingual }[];
  voided: boolean;
  next_change: string | null;
  digest: string;
  engine: string;
}

export interface CaseEvent {
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  recordedtime: string;
  receivedtime?: string;
  data: Record<string, unknown>;
}

export interface CaseFacts {
  item: string | null;
  item_title?: string | null;
  hall: string | null;
  hall_title?: string | null;
  department: string | null;
  officer: string | null;
  window: string | null;
}

/** What live supervision issued, beside what the present judging code computes. */
export interface IssuedLive {
  differs: boolean;
  entries: (Issue & { engine: string | null; computed: boolean })[];
  /** Computed now, and never issued. */
  not_issued: Issue[];
}

export interface CaseDocument {
  verdict: Verdict;
  issued_live: IssuedLive;
  events: CaseEvent[];
  case: CaseFacts;
}
