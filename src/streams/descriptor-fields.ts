/** The fields of a stream descriptor. */
export const DESCRIPTOR_FIELDS = [
  'Version',
  'Description',
  'Transport',
  'Loop',
  'SkipTo',
  'SkipToRecord',
  'Envelope',
  'Encoding',
  'Schema',
  'Batching',
  'LingerTime',
  'EndMarker',
] as const;

export type DescriptorField = (typeof DESCRIPTOR_FIELDS)[number];
