// The dialog that shares a link.
import { count } from '../numbers';
import { words } from '../words';

export const share = words('share', {
  title: 'Share',
  link: 'Link to this network, images, bit widths, quantizer, training options and view',
  copy: 'Copy link',
  copied: 'Link copied.',
  length: (n: number) => `${count(n)} characters`,
  withoutWeights:
    'Links don’t include weights trained here: whoever opens the link gets the original ones, and can train with the same options.',
  withoutImages: 'Links don’t include images: whoever opens the link needs the same images in their own browser.',
  tooLong: (n: number) =>
    `The link has ${count(n)} characters, too many for a QR code that a phone can read. Copy it instead.`,
  qr: 'QR code',
  qrLoading: 'Loading the QR code…',
  qrOfLink: 'QR code of the link',
});
