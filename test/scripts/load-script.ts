/** Scripts are plain JavaScript, so that they run before anything is installed: the caller says what they export. */
export async function loadScript<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/${name}`, import.meta.url).href)) as T;
}
