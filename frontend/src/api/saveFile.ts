// Fetches a file with the login and hands it to the browser to keep.
import { http } from './client';
import { toApiError } from './errors';

/** `accept` says which form is wanted of an address that has several. Rejects with an ApiError. */
export async function saveFile(path: string, fallbackName: string, accept?: string): Promise<void> {
  let blob: Blob;
  let name = fallbackName;
  try {
    const answer = await http.get<Blob>(path, {
      responseType: 'blob',
      ...(accept ? { headers: { Accept: accept } } : {}),
    });
    blob = answer.data;
    name = nameIn(String(answer.headers['content-disposition'] ?? '')) ?? fallbackName;
  } catch (cause) {
    throw toApiError(cause);
  }
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, 10_000);
}

/** The file's name in a Content-Disposition header. */
export function nameIn(header: string): string | null {
  return /filename="?([^";]+)"?/.exec(header)?.[1] ?? null;
}
