import { typedSchema } from '../../dist/schema/typed-schema.js';
import { parseDescriptor } from '../../dist/streams/descriptor.js';
import { openInput } from '../../dist/streams/open-input.js';
import { openOutput } from '../../dist/streams/open-output.js';

/** Writes a file of the same records in another form, or the same one: streams without an engine or a model. */
export async function convert(from, to) {
  const input = await openInput(parseDescriptor(from), { slot: 0, schema: typed(from.Schema) });
  const output = await openOutput(parseDescriptor(to), { slot: 1, schema: typed(to.Schema) });
  try {
    await copy(input, output);
    const [reject] = [...input.takeRejects(), ...output.takeRejects()];
    if (reject !== undefined) throw new Error(`a record was rejected: ${reject.reason}`);
  } finally {
    await output.close();
    await input.close();
  }
}

const typed = (schema) => (schema === null ? null : typedSchema(schema));

async function copy(input, output) {
  let wake = () => {};
  let failure = null;
  input.onReady(() => wake());
  const fail = (error) => {
    failure = error;
    wake();
  };
  input.onError(fail);
  output.onError(fail);
  for (;;) {
    if (failure !== null) throw failure;
    const item = input.take(10_000);
    if (item === undefined) {
      await new Promise((resolve) => {
        wake = resolve;
        if (failure !== null) resolve();
      });
    } else if (item.kind === 'eof') return;
    else if (item.kind === 'batch') await output.write(item.records);
  }
}
