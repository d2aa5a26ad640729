/** The type of the transport of a descriptor, which may be a name or an object with a type. */
export function transportType(descriptor: unknown): string {
  const { Transport: transport } = (descriptor ?? {}) as { Transport?: unknown };
  if (typeof transport === 'string') return transport;
  const { Type: type } = (transport ?? {}) as { Type?: unknown };
  return typeof type === 'string' ? type : '-';
}
