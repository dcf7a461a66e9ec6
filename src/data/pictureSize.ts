// Reads width and height of a picture from its first bytes, so that a giant is refused before decoding. Formats: PNG, JPEG,
// GIF, BMP, WebP. For others (and damaged files) the decoder decides.

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Number of bytes to pass to `pictureSize`: a JPEG may have large metadata before its size. */
export const pictureHeadBytes = 2 ** 18;

/** The size in pixels stated by the file; undefined if the format is unknown or `head` is too short. */
export function pictureSize(head: Uint8Array): PictureSize | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const starts = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  try {
    if (starts(0x89, 0x50, 0x4e, 0x47)) return { width: view.getUint32(16), height: view.getUint32(20) };
    if (starts(0x47, 0x49, 0x46)) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
    if (starts(0x42, 0x4d)) return { width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
    if (starts(0xff, 0xd8)) return jpegSize(view);
    if (starts(0x52, 0x49, 0x46, 0x46) && view.getUint32(8) === 0x57454250) return webpSize(view);
  } catch {
    // Read past the end of `head`.
  }
  return undefined;
}

/** Walks the segments up to the frame header, ITU-T T.81, B.2.2. */
function jpegSize(view: DataView): PictureSize | undefined {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // Fill byte.
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
}

/** Lossy, lossless and extended layout, RFC 9649. */
function webpSize(view: DataView): PictureSize | undefined {
  const kind = view.getUint32(12);
  if (kind === 0x56503820)
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 0x5650384c) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind === 0x56503858) {
    const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
    return { width: three(24) + 1, height: three(27) + 1 };
  }
  return undefined;
}
