/** What is asked for, and how. Header values may be secrets. */
export interface HttpPlace {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
}
