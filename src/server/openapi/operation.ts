/** A JSON Schema as far as Swagger 2.0 knows it. `x-nullable` and `x-any-of` say what it cannot. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object' | 'file';
  readonly format?: string;
  readonly description?: string;
  readonly example?: string;
  readonly enum?: readonly (string | number)[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  /** It may also be null. */
  readonly 'x-nullable'?: true;
  /** It is one of these. */
  readonly 'x-any-of'?: readonly Schema[];
}

/** A parameter of a query. */
export interface QueryParameter {
  readonly type: 'string' | 'integer' | 'number' | 'boolean';
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A reply that is no error. */
export interface Reply {
  readonly description: string;
  /** None: there is no body. */
  readonly schema?: Schema;
}

/** What there is to be known of a request beside its path. */
export interface Operation {
  readonly query?: Readonly<Record<string, QueryParameter>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Media types of the body; none: it has none. */
  readonly consumes?: readonly string[];
  readonly body?: Schema;
  /** Fields of a form instead of a body. */
  readonly form?: readonly string[];
  /** Clients of 1.10 leave out bodies that are false to Python. */
  readonly isBodyOptional?: true;
  readonly produces?: readonly string[];
  readonly replies: Readonly<Record<number, Reply>>;
}

export const text: QueryParameter = { type: 'string' };
export const flag: QueryParameter = { type: 'boolean' };
export const seconds = (maximum: number): QueryParameter => ({ type: 'number', minimum: 0, maximum });
export const count = (minimum: number, maximum?: number): QueryParameter => ({
  type: 'integer',
  minimum,
  ...(maximum === undefined ? {} : { maximum }),
});

/** 200 with JSON. */
export const ok = (schema: Schema): Operation['replies'] => ({ 200: { description: 'JSON', schema } });
export const DONE: Operation['replies'] = { 204: { description: 'Done' } };
export const STORED: Operation['replies'] = { 201: { description: 'Stored' }, 204: { description: 'Replaced' } };
