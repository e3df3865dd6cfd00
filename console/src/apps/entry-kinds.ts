/** What administrators enter, each kind in its own list: how it is shown, made and deleted. */

export type Entry = Readonly<Record<string, unknown>>;
export type Part = 'teams' | 'apps' | 'keys' | 'api-keys' | 'issuers' | 'webhooks' | 'limits' | 'administrators';
export type FieldName = 'name' | 'id' | 'app' | 'team' | 'apps' | 'publicKey' | 'issuer' | 'keysUrl' | 'audience' | 'url' | 'maxEvents' | 'of' | 'perSecond' | 'burstSeconds' | 'role';
export type ColumnName = FieldName | 'kid' | 'created' | 'notAfter' | 'enabled' | 'keys' | 'limited';

export interface Field {
  readonly name: FieldName;
  readonly kind: 'text' | 'number' | 'list' | 'lines' | 'role' | 'of';
  readonly isRequired: boolean;
}

export interface EntryKind {
  readonly part: Part;
  readonly path: string;
  readonly member: string;
  readonly columns: readonly ColumnName[];
  readonly fields: readonly Field[];
  /** What is shown once, when it is made. */
  readonly secret?: 'secret' | 'privateKey';
  readonly canDelete: boolean;
  /** Whether another secret can take its place, while both are good for a time. */
  readonly canRotate: boolean;
  nameOf(entry: Entry): string;
  pathOf(entry: Entry): string;
}

const text = (entry: Entry, name: string): string => String(entry[name] ?? '');
const field = (name: FieldName, kind: Field['kind'] = 'text', isRequired = false): Field => ({ name, kind, isRequired });

function kind(part: Part, id: string, more: Pick<EntryKind, 'columns' | 'fields'> & Partial<EntryKind>): EntryKind {
  const path = `/v1/admin/${part}`;
  return {
    part,
    path,
    member: part === 'api-keys' ? 'apiKeys' : part,
    canDelete: true,
    canRotate: false,
    nameOf: (entry) => text(entry, id),
    pathOf: (entry) => `${path}/${encodeURIComponent(text(entry, id))}`,
    ...more,
  };
}

export const kinds: readonly EntryKind[] = [
  kind('teams', 'id', { columns: ['name', 'id', 'created'], fields: [field('name', 'text', true), field('id')], canDelete: false }),
  kind('apps', 'app', { columns: ['app', 'team'], fields: [field('app', 'text', true), field('team', 'text', true)] }),
  kind('keys', 'kid', { columns: ['kid', 'team', 'apps', 'created', 'notAfter'], fields: [field('team', 'text', true), field('apps', 'list'), field('publicKey', 'lines')], secret: 'privateKey', canRotate: true }),
  kind('api-keys', 'id', { columns: ['id', 'team', 'apps', 'created', 'notAfter'], fields: [field('team', 'text', true), field('apps', 'list')], secret: 'secret', canRotate: true }),
  kind('limits', 'of', {
    columns: ['limited', 'perSecond', 'burstSeconds'],
    fields: [field('of', 'of', true), field('perSecond', 'number', true), field('burstSeconds', 'number')],
    nameOf: (entry) => text(entry, 'team') || text(entry, 'app'),
    pathOf: limitPath,
  }),
  kind('issuers', 'issuer', { columns: ['issuer', 'team', 'keys', 'audience', 'apps', 'created'], fields: [field('issuer', 'text', true), field('team', 'text', true), field('keysUrl'), field('publicKey', 'lines'), field('audience'), field('apps', 'list')] }),
  kind('webhooks', 'id', { columns: ['id', 'app', 'url', 'enabled', 'created'], fields: [field('app', 'text', true), field('url', 'text', true), field('maxEvents', 'number')], secret: 'secret', canRotate: true }),
  kind('administrators', 'id', { columns: ['name', 'id', 'role', 'created', 'notAfter'], fields: [field('name', 'text', true), field('role', 'role', true)], secret: 'secret' }),
];

function limitPath(entry: Entry): string {
  const team = text(entry, 'team');
  return `/v1/admin/limits/${team ? `teams/${encodeURIComponent(team)}` : `apps/${encodeURIComponent(text(entry, 'app'))}`}`;
}

/** How a new one is asked for; what is empty is left out. */
export function creation(kindOf: EntryKind, values: Readonly<Record<string, string>>): { method: 'POST' | 'PUT'; path: string; body: Entry } {
  const body: Record<string, unknown> = {};
  for (const { name, kind: type } of kindOf.fields) {
    const value = (values[name] ?? '').trim();
    if (value === '' || type === 'of') {
      continue;
    }
    body[name] = type === 'number' ? Number(value) : type === 'list' ? value.split(/[\s,]+/).filter(Boolean) : value;
  }
  if (kindOf.part !== 'limits') {
    return { method: 'POST', path: kindOf.path, body };
  }
  const of = (values['of'] ?? '').trim();
  return { method: 'PUT', path: limitPath(/^[A-Z0-9]{10}$/.test(of) ? { team: of } : { app: of }), body };
}
