import { isObject, type JsonObject } from './request';

export type SnippetKind = 'curl' | 'java' | 'ndjson';

/** The same request as others write it. */
export function snippetOf(kind: SnippetKind, request: JsonObject, providerUrl: string, isOpen: boolean): string {
  switch (kind) {
    case 'curl':
      return curlOf(request, providerUrl, isOpen);
    case 'java':
      return javaOf(request, providerUrl, isOpen);
    case 'ndjson':
      return `${JSON.stringify(request)}\n`;
  }
}

function curlOf(request: JsonObject, providerUrl: string, isOpen: boolean): string {
  const lines = [
    'curl -i',
    ...(isOpen ? [] : ['-H "authorization: Bearer $TIDINGS_API_KEY"']),
    "-H 'content-type: application/json'",
    `-d ${shellQuoted(JSON.stringify(request))}`,
    `${providerUrl}/v1/notifications`,
  ];
  return lines.join(' \\\n  ');
}

/** Between single quotes nothing means anything to a shell, except the quote itself. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

function javaOf(request: JsonObject, providerUrl: string, isOpen: boolean): string {
  const credential = isOpen ? '' : '\n            .header("authorization", "Bearer " + System.getenv("TIDINGS_API_KEY"))';
  return `String body =
    """
    ${JSON.stringify(request, null, 2).replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"').replaceAll('\n', '\n    ')}
    """;
try (HttpClient client = HttpClient.newHttpClient()) {
  HttpResponse<String> answer =
      client.send(
          HttpRequest.newBuilder(URI.create("${providerUrl}/v1/notifications"))
            .header("content-type", "application/json")${credential}
            .POST(BodyPublishers.ofString(body))
            .build(),
          BodyHandlers.ofString());
  System.out.println(answer.statusCode() + " " + answer.body());
}`;
}

/** Reads what was typed into the raw form. */
export function parseRaw(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) {
    throw new SyntaxError('{…}');
  }
  return value;
}
