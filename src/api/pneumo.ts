/** What happens in a fleet, as Pneumo tells it: history and websocket have the same objects. */

interface Told {
  /** Name of the instance. */
  src: string;
  /** ISO 8601 with Z. */
  timestamp: string;
}

/** What a sensor reports: a number, a text, named numbers, or a list of these. */
export type SensorData = SensorValue | SensorValue[];

export type SensorValue = number | string | Record<string, number | string>;

/** The records that the model failed at, at most a few of them. */
export interface ModelErrorInput {
  slot: number;
  seqno: number;
  data: string[];
  batch_len: number;
  /** The same: decoders of the Scala SDK want it under this name. */
  batchLen?: number;
  encoding: string;
}

export interface HealthMessage extends Told {
  type: 'health';
  instance: string;
  health: 'ok' | 'fail';
}

export interface LogMessage extends Told {
  type: 'log';
  /** 128 debug, 64 info, 32 notice, 16 warning, 8 error, 4 critical, 2 alert, 1 emergency. */
  level: number;
  text: string;
}

export interface ModelConsoleMessage extends Told {
  type: 'model-console';
  /** One or more lines. */
  text: string;
}

export interface EngineStateMessage extends Told {
  type: 'engine-state';
  /** In lower case. */
  state: string;
}

export interface EngineConfigMessage extends Told {
  type: 'engine-config';
  item: 'model' | 'stream' | 'jet';
  op: 'load' | 'reload' | 'unload' | 'attach' | 'reattach' | 'detach' | 'start' | 'stop';
  /** The slot of a stream, the sandbox of a jet. */
  ref?: number | string;
}

export interface SensorReportMessage extends Told {
  type: 'sensor-report';
  id: number;
  tap: string;
  data: SensorData;
  /** Seconds that the report is about. */
  delta_time: number;
  /** The same: decoders of the Scala SDK want it under this name. */
  deltaTime?: number;
}

export interface ModelErrorMessage extends Told {
  type: 'model-error';
  input: ModelErrorInput | null;
  /** The traceback, or the sentence where there is none. */
  console: string;
}

/** Clients of 1.10 end with an error at any other type. */
export type PneumoMessage =
  | HealthMessage
  | LogMessage
  | ModelConsoleMessage
  | EngineStateMessage
  | EngineConfigMessage
  | SensorReportMessage
  | ModelErrorMessage;

export type PneumoType = PneumoMessage['type'];

type WithoutTold<Message> = Message extends PneumoMessage ? Omit<Message, 'src' | 'timestamp'> : never;

/** A message before it has a source and a time. */
export type PneumoFields = WithoutTold<PneumoMessage>;

/** Which messages are wanted: those that match everything that is given. */
export interface PneumoFilter {
  readonly src?: string | undefined;
  readonly type?: string | undefined;
}

/** Whether a message is one of those that a filter asks for. */
export function matchesFilter(message: PneumoMessage, { src, type }: PneumoFilter): boolean {
  return (src === undefined || message.src === src) && (type === undefined || message.type === type);
}
