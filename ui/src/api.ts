// What the house says over /api/v1: the shapes of core/ as JSON (times RFC 3339 UTC, units last).
import type { FeatureCollection, Geometry, Polygon } from "geojson";

export type Truth = "yes" | "no" | "not-yet-known";
export type Names = { en: string; uk: string; fr: string };
export type Interval = { start: string; end: string };
export type Place = { lon: number; lat: number };
export type PlaceBelief = { mean: Place; ee_m2: number; en_m2: number; nn_m2: number };
export type CountRange = { min: number; max?: number };

export const CLASSES = [
  "explosion",
  "air-strike",
  "uav-strike",
  "artillery-fire",
  "small-arms-fire",
  "weapons-presence",
  "overflight",
  "access-denial",
  "interference",
  "abnormal-fire",
  "ordinary-fire",
  "other",
  "outage",
] as const;
export type IncidentClass = (typeof CLASSES)[number];
export type Product = "automatic1" | "automatic2" | "reviewed";

export type Party = { id: string; name: Names; role: string };
/** What the record says of a source, or of one station of it, that is not to be trusted. */
export interface Doubt {
  station?: string;
  state: string;
  probability: number;
  since?: string;
  weight: number;
  silence_weight: number;
  evidence: string[];
  /** Position of the entry on the record. */
  entry: number;
}
export type WatchSource = { id: string; kind: string; last: string | null; delay_max: string; doubts?: Doubt[] };
export type Counts = Record<
  "observations" | "incidents" | "allegations" | "cases" | "findings" | "obligations",
  number
>;

export interface House {
  agreement: { id: string; title: Names; version: string | number };
  exercise: boolean;
  as_of: string;
  t0: { holds: Truth | boolean; since: string } | null;
  parties: Party[];
  counts: Counts;
  watch: { sources: WatchSource[] };
  record: { size: number; root: string };
}

export interface IncidentItem {
  id: string;
  version: number;
  when: Interval;
  lon: number;
  lat: number;
  class: IncidentClass;
  class_share: number;
  real: number;
  semi_major_m: number;
  semi_minor_m: number;
  azimuth_deg: number;
  members: number;
  groups: number;
  product: Product;
  allegations: number | string[];
  case: string | null;
}
export interface IncidentPage {
  as_of: string;
  /** Before the filter. */
  total: number;
  /** What passes the filter. */
  matching: number;
  shown: number;
  cursor?: string | null;
  items: IncidentItem[];
}

export type Member = { observation: string; source: string; weight: number };
export type Abnormality = { observed: number; expected: number; chance: number; baseline_years: number };
export type Claim = { by: string; against?: string; reports: number };

/** What waves of one kind alone say of an incident. */
export interface Located {
  through: "air" | "ground" | "bearings" | "tracks";
  at: string;
  error_s: number;
  place: PlaceBelief;
  explains: number;
  log_odds: number;
  /** Detonations within a minute at this place, it among them, and the middle pause. */
  salvo?: { events: number; gap_s: number };
  cause?: string;
  size_kg?: { value: number; low: number; high: number; level: number };
}

export interface Incident {
  id: string;
  version: number;
  product: Product;
  when: Interval;
  place: PlaceBelief;
  classes: Partial<Record<IncidentClass, number>>;
  real: number;
  count: CountRange;
  members: Member[];
  independent_groups: number;
  abnormality?: Abnormality;
  claims?: Claim[];
  replaces?: string[];
  caveats?: string[];
  located?: Located[];
  /** A time in which sources did not watch: it rests on what did not come. */
  lapse?: {
    kinds: Record<string, number>;
    stated: boolean;
    until?: string;
    sources: { source: string; from: string; until?: string }[];
    evidence: string[];
  };
}
/** An arrival held against the incident's place and time. */
export interface ArrivalView {
  station: string;
  phase: "P" | "S" | "acoustic" | "infrasound";
  time: string;
  error_s: number;
  distance_km: number;
  azimuth_deg?: number;
  /** Observed less predicted. */
  residual_s: number;
  /** The residual in its own standard errors. */
  residual_sigma: number;
}
export interface BearingView {
  azimuth_deg: number;
  error_deg: number;
  trace_velocity_m_s?: number | null;
  residual_deg?: number;
}
/** A stretch of waveform in the picker's band, thinned so that its peaks stay. */
export interface WaveformView {
  observation: string;
  station: string;
  channel: string;
  phase: ArrivalView["phase"];
  start: string;
  rate_hz: number;
  samples: number[];
  onset: string;
  error_s: number | null;
  distance_km: number | null;
}
export interface Waveforms {
  waveforms: WaveformView[];
  /** Onsets beyond the most that are shown. */
  more: number;
  /** Sources that do not release theirs to everybody. */
  withheld: { source: string; releasable_to: string[] }[];
}
/** What the observations may be of; the chances of all add up to one. */
export type Alternative = { chance: number } & (
  | { kind: "class"; class: IncidentClass }
  | { kind: "apart"; members: string[] }
  | { kind: "false-alarm" }
);
/** Who should have noticed and did not. */
export interface SilentView {
  source: string;
  station?: string;
  /** Absent where the source does not say to everybody where it stands. */
  distance_km?: number;
  chance: number;
}

export interface ObservationView {
  id: string;
  source: string;
  weight: number;
  /** Its batch was erased: that it was there stays on the record, what it said does not. */
  erased?: boolean;
  /** Its source does not release it to everybody. */
  withheld?: boolean;
  releasable_to?: string[];
  source_kind?: string;
  when?: Interval;
  geometry?: Geometry | null;
  text?: string | null;
  link?: string | null;
  reporter?: string | null;
  arrival?: ArrivalView;
  bearing?: BearingView;
  /** Why it is set aside. */
  doubt?: { state: string; entry: number; since?: string | null; evidence?: string[] | null };
}

export type TraceStep = { condition: string; chance: number; against: string };
export interface Allegation {
  id: string;
  version: number;
  rule: string;
  article: string;
  incident: string;
  incident_version: number;
  when: Interval;
  place: PlaceBelief;
  zone?: string;
  chance: number;
  chance_max?: number;
  verdict: "alleged" | "undetermined" | "withdrawn";
  severity: number;
  alleged: Record<string, number>;
  trace: TraceStep[];
  refuted_by: string[];
  review_due: boolean;
}

export interface IncidentView {
  incident: Incident;
  ellipses: Record<"50" | "95", Polygon>;
  observations: ObservationView[];
  /** Heard or said, and not counted: the source is doubted. */
  set_aside?: ObservationView[];
  allegations: Allegation[];
  cases: { id: string; title: string; stage: string }[];
  versions: { version: number; product: Product; at: string }[];
  silent?: SilentView[];
  /** The likeliest first. */
  alternatives?: Alternative[];
  /** Beside a lapse: what its sources had promised and kept, and what it cost the watch. */
  lapsed?: LapsedView | null;
}

export type Came = "in-time" | "late" | "unusable" | "lost" | "announced" | "under-way";
/** A stretch of a source's time; what was lost says why, as chances, and which lapse says so. */
export type Stretch = { from: string; until: string; came: Came; incident?: string; kinds?: Record<string, number>; stated?: boolean };
export type LapseSource = AvailabilityLine & { stretches: Stretch[] };
export interface LapsedView {
  from: string;
  until: string;
  sources: LapseSource[];
  /** How far about the lapse is asked about. */
  reach_km: number;
  /** Mean chance of noticing while it lasted, as it was and as it would have been; the classes that lost. */
  lost: { class: IncidentClass; chance: number; had_they_watched: number }[];
}

export type TimelineBin = Interval & {
  incidents: number;
  allegations: number;
  chance_noticed: number | null;
};

export type AvailabilityLine = {
  source: string;
  /** What it promised: to speak so often, each time within so long; without a cadence, nothing. */
  cadence: string | null;
  delay_max: string;
  share_due: number;
  /** What the shares are shares of. */
  promised_s: number | null;
  announced_s: number | null;
  enough: boolean | null;
  /** Absent when the house does not know what was owed. */
  share_available: number | null;
  share_timely: number | null;
  share_late: number | null;
  share_lost: number | null;
  gaps: number;
  /** The first gaps, with what was stated of them. */
  reasons: Gap[];
};
export type Gap = { from: string; until: string; kind?: string; reason?: string; incident?: string; kinds?: Record<string, number>; stated?: boolean };
/** The chance of noticing by hour and cell; rows are hours. */
export interface CapabilityView {
  as_of: string;
  class: IncidentClass;
  cell_km: number;
  cells: Place[];
  hours: string[];
  chance: number[][];
  sentence: string;
  /** The share of what it promised that every source owes, and owes in time. */
  share_due: number;
  blind: { why: string; from: string; until: string | null; sources: string[] }[];
  availability: AvailabilityLine[];
}

export interface CaseItem {
  id: string;
  title: string;
  stage: string;
  opened: string;
  deadline: string | null;
  allegations: number | string[];
  parties: string[];
  level: string | null;
}
export type BoxLine = { condition: string; required: boolean; holds: Truth; owed_by: string | null };
export type Statement = {
  by: string;
  party: string | null;
  at: string;
  text: string;
  answer: boolean | string | null;
  late?: boolean;
};
export type CustodyStep = { at: string; from: string; to: string; purpose: string };
export type Exhibit = { digest: string; title: string; custody: CustodyStep[] };
export type Vote = "for" | "against" | "abstain";

export interface Finding {
  id: string;
  case: string;
  level: "provisional" | "confirmed" | "full";
  violation: boolean;
  articles: string[];
  allegations: string[];
  proof: string;
  likelihood: string;
  responsibility: { responsible: "party" | "both" | "undetermined"; party?: string };
  severity: number;
  breach: Interval;
  published: string;
  text: string;
  remedies?: string[];
  votes: [string, Vote][];
  dissents?: [string, string][];
  recused?: string[];
  supersedes?: string;
}

export interface CaseView {
  case: CaseItem;
  decision_box: BoxLine[];
  allegations: Allegation[];
  statements: Statement[];
  exhibits: Exhibit[];
  votes: { seat: string; vote: Vote }[];
  findings: Finding[];
  obligations: Obligation[];
}

export type ConditionState = { condition: string; holds: Truth; owed?: string | null };
export interface Obligation {
  id: string;
  pledge: string;
  bearer: string;
  action: string;
  finding: string | null;
  anchor: "breach" | "finding-published" | "request";
  clock: "happened" | "known";
  counted_from: string;
  due: string;
  raised: string;
  standing: string;
  conditions: ConditionState[];
}
export interface Pledge {
  id: string;
  pledger: string;
  action: string;
  instrument: string;
  binding: string;
  status: string;
  conditions: ConditionState[];
  source: string | null;
  obligations: Obligation[];
}
export type BoardItem = { at: string; kind: string; title: string; link?: string | null; about?: string | null };
/** A zone that is a distance from a line has no geometry of its own. */
export type Zones = FeatureCollection<
  Geometry | null,
  { name: string; kind: "line" | "zone" | "object"; label?: Names }
>;
