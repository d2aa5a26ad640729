/** A sensor at work, as GET /2/active/sensor lists it. */
export interface ActiveSensorInfo {
  id: number;
  tap: string;
}

/** (2.0) One of them, with the descriptor it was installed with. */
export interface ActiveSensorDetails extends ActiveSensorInfo {
  descriptor: unknown;
}
