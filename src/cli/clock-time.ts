/** Time of day, UTC with milliseconds, of an ISO 8601 time. */
export function clockTime(timestamp: string): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? timestamp : time.toISOString().slice(11, 23);
}
