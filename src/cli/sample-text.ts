const BYTES_PER_LINE = 16;
const HEX_WIDTH = 3 * BYTES_PER_LINE - 1;

/** Records with their numbers, as FastScore 1.10 showed them: text as it is, anything else as bytes. */
export function renderSample(records: readonly Buffer[]): string {
  return records
    .map((record, index) => {
      const text = record.toString('utf8');
      const lines = isPrintable(text) ? [text] : hexLines(record);
      return `${String(index + 1).padStart(4)}: ${lines.join(`\n${' '.repeat(6)}`)}`;
    })
    .join('\n');
}

const isPrintable = (text: string): boolean => /^[^\p{Cc}\p{Cs}\p{Cn}\ufffd]*$/u.test(text);

function hexLines(record: Buffer): string[] {
  return Array.from({ length: Math.ceil(record.length / BYTES_PER_LINE) }, (_, line) => {
    const bytes = [...record.subarray(line * BYTES_PER_LINE, (line + 1) * BYTES_PER_LINE)];
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const shown = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    return `${hex.padEnd(HEX_WIDTH)}  ${shown.padEnd(BYTES_PER_LINE, '.')}`;
  });
}
