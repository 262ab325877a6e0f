import { unzipSync, type UnzipFileInfo } from 'fflate';
import { crc32 } from 'node:zlib';
import { DataError } from '../../contracts/errors.ts';

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/** A file of an archive may be this large: more than ten times what any that we read is. */
const maximumBytes = 512 * 2 ** 20;

/**
 * Unpacks a zip archive and holds each file against the checksum it came with.
 *
 * @param name - what to call the archive in errors
 * @param wanted - names of the files to unpack; all of them where absent
 * @returns the files by name; folders are left out
 * @throws DataError if the archive breaks off or is damaged, or a file in it is too large
 */
export function unzipped(
  bytes: Uint8Array,
  name: string,
  wanted?: readonly string[],
): ReadonlyMap<string, Uint8Array> {
  const damaged = (why: string): DataError =>
    new DataError(`"${name}" should be a zip archive but ${why}; fetch it again`, { file: name });
  let files: Record<string, Uint8Array>;
  let checksums: ReadonlyMap<string, number>;
  let tooLarge: string | undefined;
  const filter = ({ name: file, originalSize }: UnzipFileInfo): boolean => {
    if (!(wanted?.includes(file) ?? true)) return false;
    if (originalSize > maximumBytes) tooLarge = file;
    return tooLarge === undefined;
  };
  try {
    files = unzipSync(bytes, { filter });
    checksums = checksumsOf(bytes);
  } catch {
    throw damaged('breaks off or is damaged');
  }
  if (tooLarge !== undefined)
    throw damaged(`"${tooLarge}" in it says to be larger than "${maximumBytes}" bytes`);
  for (const [file, content] of Object.entries(files))
    if (crc32(content) !== checksums.get(file))
      throw damaged(`"${file}" in it has another checksum than it came with`);
  return new Map(Object.entries(files).filter(([file]) => !file.endsWith('/')));
}

/** The CRC-32 of each file as the archive's directory has it; fflate does not look. */
function checksumsOf(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--;
  const checksums = new Map<string, number>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const file = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name));
    checksums.set(file, view.getUint32(at + 16, true));
    at += 46 + name + extra + comment;
  }
  return checksums;
}
