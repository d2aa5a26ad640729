import type { ModelType } from '../model/types.ts';
import { suffixOfType, TYPE_OF_SUFFIX } from '../model/types.ts';
import type { AssetFile, PutResult } from './asset-folder.ts';
import { AssetFolder } from './asset-folder.ts';

export interface StoredModel {
  readonly name: string;
  readonly mtype: ModelType;
}

/** Model sources, byte for byte as they were given: `gain.py3`. The suffix tells the type. */
export class Models {
  readonly #folder: AssetFolder;
  readonly #removeBelongings: (name: string) => Promise<void>;

  /** @param removeBelongings removes what belongs to a model */
  constructor(directory: string, removeBelongings: (name: string) => Promise<void>) {
    this.#folder = new AssetFolder(directory, { noun: 'model', missing: 'MODEL_NOT_FOUND' }, [
      ...TYPE_OF_SUFFIX.keys(),
    ]);
    this.#removeBelongings = removeBelongings;
  }

  /** Sorted by name. */
  async list(): Promise<StoredModel[]> {
    return (await this.#folder.list()).map(storedModel);
  }

  /** @throws FastScoreError MODEL_NOT_FOUND */
  async info(name: string): Promise<StoredModel> {
    return storedModel(await this.#folder.find(name));
  }

  /** @throws FastScoreError MODEL_NOT_FOUND */
  async get(name: string): Promise<StoredModel & { readonly source: Buffer }> {
    const { file, content } = await this.#folder.read(name);
    return { ...storedModel(file), source: content };
  }

  async put(name: string, mtype: ModelType, source: Uint8Array): Promise<PutResult> {
    return this.#folder.put(name, suffixOfType(mtype), source);
  }

  /** Removes the model and its attachments; its snapshots stay. @throws FastScoreError MODEL_NOT_FOUND */
  async remove(name: string): Promise<void> {
    await this.#folder.find(name);
    // The model goes last, so that a removal cut short can be done again.
    await this.#removeBelongings(name);
    await this.#folder.remove(name);
    // What was stored meanwhile.
    await this.#removeBelongings(name);
  }
}

function storedModel({ name, suffix }: AssetFile): StoredModel {
  const mtype = TYPE_OF_SUFFIX.get(suffix);
  if (mtype === undefined) throw new TypeError(`No model type has the suffix ${suffix}`);
  return { name, mtype };
}
