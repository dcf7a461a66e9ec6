// Recognizes what was dropped: images, a bit policy, or a network. Decides by content; names only identify pictures.
import type { DatasetId } from '../../data/registry';
import { readPolicyJson } from '../../formats/export/policyFile';
import { layersOf } from '../../graph/network';
import { clampPolicy } from '../../policy/widths';
import { parseScheme } from '../../quant/parseScheme';
import { type QuantScheme, schemeName } from '../../quant/registry';
import { opening } from '../../words/en/opening';
import { openDataset } from '../network/session';
import { announce, showProblem } from '../state/announce';
import { desk } from '../state/desk';
import { messageOf } from '../state/engine';
import { rememberStep, undoStateOf } from '../state/step';
import { importFiles, type PathFile } from './importing';

export type DropKind = 'folder' | 'cifar10' | 'cifar100' | 'idx' | 'policy' | 'network';

/** Bytes of a 32 x 32 color image in a CIFAR record, behind its labels. */
const PIXELS = 3072;
/** Maximum size of a policy file in bytes. */
const POLICY_BYTES = 2_000_000;
/** Maximum number of files to examine. */
const LOOKED_AT = 20;

const isPicture = ({ path, file }: PathFile) =>
  file.type.startsWith('image/') || /\.(png|jpe?g|webp|gif|bmp|avif)$/i.test(path);
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

/** The first 512 bytes of a file, inflated if it is gzipped; none if it is damaged. */
async function headOf(file: Blob): Promise<Uint8Array> {
  const head = await bytesOf(file.slice(0, 512));
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  try {
    const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
    const { value } = await reader.read();
    void reader.cancel().catch(() => {});
    return (value ?? new Uint8Array()).subarray(0, 512);
  } catch {
    return new Uint8Array();
  }
}

/** The images in a file: an archive of CIFAR-10 or CIFAR-100, records of either, or IDX. A damaged archive counts as CIFAR-10. */
async function imagesIn({ file }: PathFile): Promise<'cifar10' | 'cifar100' | 'idx' | undefined> {
  const head = await headOf(file);
  const text = String.fromCharCode(...head);
  if (text.slice(257, 262) === 'ustar' || /^cifar-?100?-/.test(text))
    return /^(\.\/)?cifar-?100\b/.test(text) ? 'cifar100' : 'cifar10';
  if (head[0] === 0 && head[1] === 0 && head[2] >= 8 && head[2] <= 14 && head[3] >= 1 && head[3] <= 4) return 'idx';
  const [first] = await bytesOf(file.slice(0, 1));
  if (first === 0x1f) return 'cifar10';
  const records = async (labels: readonly number[]) => {
    const size = labels.length + PIXELS;
    if (file.size === 0 || file.size % size !== 0) return false;
    const second = await bytesOf(file.slice(size, size + labels.length));
    return labels.every((most, i) => head[i] < most && (second[i] ?? 0) < most);
  };
  if (await records([10])) return 'cifar10';
  return (await records([20, 100])) ? 'cifar100' : undefined;
}

/** True for a small JSON file with widths by layer. */
async function isPolicy({ path, file }: PathFile): Promise<boolean> {
  if (file.size > POLICY_BYTES || !(await file.slice(0, 1024).text()).trimStart().startsWith('{')) return false;
  const { sniff } = await import('../../formats/import/sniff');
  try {
    return sniff([{ name: path, bytes: await bytesOf(file) }]).format === 'policy';
  } catch {
    // Another kind of JSON file: the reader of networks says which.
    return false;
  }
}

/** The kind of the files. Unrecognized files count as a network, whose readers report what is wrong. */
export async function kindOf(files: readonly PathFile[]): Promise<DropKind> {
  if (files.filter(isPicture).length > files.length / 2) return 'folder';
  if (files.length === 1 && (await isPolicy(files[0]))) return 'policy';
  if (files.some(({ path }) => /\.json$/i.test(path))) return 'network';
  const found = await Promise.all(files.slice(0, LOOKED_AT).map(imagesIn));
  return found.find((kind) => kind !== undefined) ?? 'network';
}

/** Opens dropped or chosen files of any kind. */
export async function openFiles(files: readonly PathFile[]): Promise<void> {
  if (files.length === 0) return;
  try {
    const kind = await kindOf(files);
    if (kind === 'network') {
      desk.setState({ datasetDialog: false });
      await importFiles(files);
    } else if (kind === 'policy') {
      desk.setState({ datasetDialog: false, importing: null });
      applyPolicyFile(files[0].path, await files[0].file.text());
    } else openImages(kind, files);
  } catch (error) {
    // A folder instead of a file, or a file that no longer exists.
    showProblem(opening.unread(files[0].path, messageOf(error)), { error });
  }
}

function openImages(dataset: DatasetId, files: readonly PathFile[]): void {
  desk.setState({ datasetDialog: true });
  void openDataset(dataset, { kind: 'files', files });
}

/** The scheme named by a policy file; undefined if there is none or it is unknown. */
function schemeOf(text: string): QuantScheme | undefined {
  const { scheme } = JSON.parse(text) as { scheme?: { name?: unknown } };
  try {
    return typeof scheme?.name === 'string' ? parseScheme(scheme.name) : undefined;
  } catch {
    return undefined;
  }
}

/** Applies the bits and quantizer of a policy file to the desk, as one undo step. */
export function applyPolicyFile(name: string, text: string): void {
  const now = desk.getState();
  try {
    const wanted = readPolicyJson(text, now.architecture);
    const named = schemeOf(text) ?? now.scheme;
    const scheme = schemeName(named) === schemeName(now.scheme) ? now.scheme : named;
    const words = opening.configOn(name, layersOf(now.architecture).length, scheme !== now.scheme);
    rememberStep(undoStateOf(now));
    desk.setState({
      policy: clampPolicy(wanted, scheme),
      scheme,
      gestureStart: null,
      touched: true,
      notice: { text: words, actions: ['undo'] },
    });
    announce(words);
  } catch (error) {
    showProblem(opening.configUnfit(name, messageOf(error)), { error });
  }
}
