/** The address of each sound, by the name that a notification gives it; `default` is played for those without one here. */
export type Sounds = Readonly<Record<string, string>>;

/** Plays a sound, where the browser lets the page do so: most demand that the user has touched it. */
export function play(sounds: Sounds, name: string): void {
  const address = sounds[name] ?? sounds['default'];
  if (address !== undefined && typeof Audio !== 'undefined') {
    new Audio(address).play().catch(() => undefined);
  }
}
