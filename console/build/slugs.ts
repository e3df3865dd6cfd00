/** Names headings as GitHub does, so that a link is good in both places: each call is the next heading of one document. */
export function makeSlugs(): (heading: string) => string {
  const used = new Map<string, number>();
  return (heading) => {
    const plain = heading.trim().toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-');
    const before = used.get(plain) ?? 0;
    used.set(plain, before + 1);
    return before === 0 ? plain : `${plain}-${before}`;
  };
}
