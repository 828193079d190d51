// What the FractalSync server says about training; docs/serve.md and /openapi.json describe it. Only what the panel reads.

/** A value of an option as JSON. */
export type OptionValue = number | boolean | string | number[];

export interface TrainOption {
  name: string;
  type: 'integer' | 'number' | 'boolean' | 'string' | 'integers';
  default: OptionValue;
  minimum?: number;
  maximum?: number;
  choices?: string[];
  /** Of 'integers': how many there may be. */
  most?: number;
  group: string;
  meaning: string;
}

/** Terms of the loss by name, epoch means; `epoch` counts from 1. */
export interface EpochLoss {
  epoch: number;
  [term: string]: unknown;
}

/** Pearson correlations by pair; null where a series is constant. */
export type Correlations = Record<string, number | null>;

export interface Judgement {
  step: number;
  /** By metrics that training never sees, on music that is held out. */
  hard: Correlations;
  /** Better than all before. */
  best: boolean;
}

export interface HeldOut {
  overall: { soft: Correlations; hard: Correlations; silence_ratio: number | null };
}

export interface Status {
  status: 'idle' | 'training' | 'completed' | 'error' | 'stopped';
  /** 0 to 1. */
  progress: number;
  current_epoch: number;
  total_epochs: number;
  loss_history: EpochLoss[];
  error: string | null;
  phase: 'reading music' | 'training' | 'judging' | 'exporting' | null;
  stopping: boolean;
  run: string | null;
  data_dir: string | null;
  options: Record<string, OptionValue> | null;
  done_steps: number;
  total_steps: number;
  files_done: number;
  files_total: number;
  seconds_left: number | null;
  /** Terms of the loss in the running epoch so far. */
  live: Record<string, unknown> | null;
  judgements: Judgement[];
  music: { files: number; minutes: number; training: number; validation: number } | null;
  unreadable: { name: string; reason: string }[];
  held_out: HeldOut | null;
  resumable: { run: string; epoch: number; total_epochs: number } | null;
}

export interface Run {
  run: string;
  status: string;
  started: string;
  ended: string | null;
  epochs: number;
  total_epochs: number;
  options: Record<string, OptionValue> | null;
  hard: Correlations | null;
  models: { name: string; url: string }[];
  report: string | null;
}

export interface RunDetails extends Run {
  loss_history: EpochLoss[];
  judgements: Judgement[];
  held_out: HeldOut | null;
}

export interface AudioFile {
  /** One path segment, made by the server. */
  name: string;
  original_name: string;
  seconds: number | null;
  bytes: number;
  readable: boolean;
  reason: string | null;
  /** By this API: it can be removed. */
  uploaded: boolean;
}

export interface AudioList {
  files: AudioFile[];
  bytes: number;
  quota_bytes: number;
  data_dir: string;
}

export interface UploadAnswer {
  uploaded: { name: string; original_name: string }[];
  rejected: { original_name: string; reason: string }[];
}
