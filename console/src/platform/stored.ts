import { ref, type Ref, watch } from 'vue';

/** A value that the browser keeps; where it keeps nothing, until the page is left. */
export function stored<T>(key: string, first: T, isOne: (value: unknown) => value is T): Ref<T> {
  const value = ref(first) as Ref<T>;
  try {
    const text = localStorage.getItem(key);
    const found: unknown = text === null ? undefined : JSON.parse(text);
    if (isOne(found)) {
      value.value = found;
    }
  } catch {
    // Nothing is kept, or not by this page.
  }
  watch(
    value,
    (changed) => {
      try {
        localStorage.setItem(key, JSON.stringify(changed));
      } catch {
        // It is full, or forbidden: then it is as it was at the next visit.
      }
    },
    { deep: true },
  );
  return value;
}
