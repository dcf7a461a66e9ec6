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

export type DropKind = 'folder' | 'cifar10' | 'policy' | 'network';

/** Bytes per CIFAR-10 record: a label and an image. */
const RECORD = 3073;
/** Maximum size of a policy file in bytes. */
const POLICY_BYTES = 2_000_000;
/** Maximum number of files to examine. */
const LOOKED_AT = 20;

const isPicture = ({ path, file }: PathFile) =>
  file.type.startsWith('image/') || /\.(png|jpe?g|webp|gif|bmp|avif)$/i.test(path);
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer());

/** True for gzip, tar, or CIFAR-10 records. */
async function isArchive({ file }: PathFile): Promise<boolean> {
  const head = await bytesOf(file.slice(0, 512));
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  if (String.fromCharCode(...head.subarray(257, 262)) === 'ustar') return true;
  if (file.size === 0 || file.size % RECORD !== 0) return false;
  const [second = 0] = await bytesOf(file.slice(RECORD, RECORD + 1));
  return head[0] < 10 && second < 10;
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
  const archives = await Promise.all(files.slice(0, LOOKED_AT).map(isArchive));
  const hasModel = files.some(({ path }) => /\.json$/i.test(path));
  return archives.includes(true) && !hasModel ? 'cifar10' : 'network';
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
