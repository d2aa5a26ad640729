/** Records per second; three dashes when none have been counted yet. */
export const rateText = (rps: number | null): string => (rps === null ? '---' : `${rps.toFixed(1)} rps`);
