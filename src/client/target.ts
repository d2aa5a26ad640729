/** Where a server listens. */
export type Target =
  | { readonly kind: 'socket'; readonly path: string; readonly headers?: Readonly<Record<string, string>> }
  | {
      readonly kind: 'url';
      /** May have a path: the prefix of a proxy. */
      readonly url: string;
      /** Sent with every request, such as `Authorization`. */
      readonly headers?: Readonly<Record<string, string>>;
      /** Certificates, PEM, that are trusted beside the usual ones. */
      readonly ca?: string | Buffer;
    };

/** How a target is named in a sentence. */
export function describeTarget(target: Target): string {
  return target.kind === 'socket'
    ? `The engine at socket ${target.path}`
    : `The server at ${withoutSecret(target.url)}`;
}

function withoutSecret(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//');
}
