// A picture of the person's own, classified live.
import { percent } from '../numbers';
import { words } from '../words';

export const ownPicture = words('ownPicture', {
  title: 'Your own picture',
  open: 'Open picture',
  camera: 'Use camera',
  stopCamera: 'Stop camera',
  clear: 'Clear',
  ink: 'Color',
  colors: ['black', 'white', 'red', 'orange', 'yellow', 'green', 'blue', 'brown'] as readonly string[],
  /** The canvas. */
  pad: (width: number, height: number) => `Your picture, ${width} × ${height} pixels`,
  help: (width: number, height: number) =>
    `Draw here, or open a picture: it is scaled to the ${width} × ${height} pixels that the network reads.`,
  privacy: 'The picture stays in this page: it is neither stored nor sent.',
  float: 'Float',
  now: 'Now',
  same: (name: string) => `Float and now agree: ${name}.`,
  differs: (float: string, now: string) => `Float sees ${float}, now it is ${now}.`,
  probability: (name: string, share: number) => `${name}: ${percent(share)} %`,
  noCamera: (message: string) =>
    `The camera cannot be used: ${message} Allow it in the browser's settings, or open a picture.`,
  notAPicture: (name: string) =>
    `“${name}” is not a picture that this browser can read. Choose a PNG, JPEG, WebP or GIF file.`,
  failed: (message: string) => `The picture could not be classified: ${message}`,
});
