import listed from 'virtual:guides';

/** A document of the checkout as a page; the build makes them of its Markdown files. */
export interface Guide {
  readonly name: string;
  readonly kind: 'guide' | 'document';
  readonly language: string;
  readonly title: string;
  readonly summary: string;
  readonly sections: readonly { readonly id: string; readonly title: string }[];
  readonly load: () => Promise<string>;
}

export const guides: readonly Guide[] = listed;
