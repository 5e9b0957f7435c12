/** Addresses inside the console: `#/name/part/part?key=value`, so that the portal serves one page only. */

export interface Route {
  /** Name of the page; empty at the beginning. */
  name: string;
  /** What follows the name, decoded. */
  parts: string[];
  query: URLSearchParams;
}

/** Read an address. What cannot be decoded is no address of ours. */
export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  try {
    const [name = "", ...parts] = path.split("/").map(decodeURIComponent);
    return { name, parts, query: new URLSearchParams(query) };
  } catch {
    return { name: "", parts: [], query: new URLSearchParams() };
  }
}

/** Write an address; what is empty of the query stays out. */
export function address(
  name: string,
  parts: string[] = [],
  query: Record<string, string | null> = {},
): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const path = [name, ...parts].map(encodeURIComponent).join("/");
  return `#/${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}
