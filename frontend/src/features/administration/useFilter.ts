// The filter of a list, kept in the address: a link to it shows the same rows.
import { useSearchParams } from 'react-router';

export function useFilter() {
  const [search, setSearch] = useSearchParams();
  return {
    offset: Math.max(0, Number(search.get('offset')) || 0),
    get: (name: string): string => search.get(name) ?? '',
    /** Sets values and goes back to the first page; what is empty is taken out of the address. */
    set: (values: Record<string, string>) => {
      setSearch(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries({ ...values, offset: values.offset ?? '' })) {
            if (value === '') after.delete(name);
            else after.set(name, value);
          }
          return after;
        },
        { replace: true },
      );
    },
  };
}

/** The values that say something. */
export function given(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => !!entry[1]));
}
