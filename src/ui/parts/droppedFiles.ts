// Files from pickers and drops, folders included, each with its path.
import type { PathFile } from '../../store/import/importing';

/** Files of an `<input type=file>`, with the path inside the chosen folder if there is one. */
export function pickedFiles(list: FileList | null): PathFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

async function walk(entry: FileSystemEntry): Promise<PathFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ''), file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const all: PathFile[] = [];
  // A reader gives its entries in portions and an empty one at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return all;
    for (const inner of entries) all.push(...(await walk(inner)));
  }
}

/** All files of a drop. Call it in the event handler: the entries are gone afterwards. */
export async function droppedFiles(data: DataTransfer): Promise<PathFile[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...data.files].map((file) => ({ path: file.name, file }));
  return (await Promise.all(entries.map(walk))).flat();
}
