import koffi from 'koffi';

/** An OpenCL device by the numbers that LightGBM takes. */
export interface OpenClDevice {
  readonly platform: number;
  readonly device: number;
  readonly isGpu: boolean;
}

/** From the standard's `cl.h`. */
const cl = {
  success: 0,
  deviceTypeGpu: 4n,
  deviceTypeAll: 0xffff_ffffn,
  infoType: 0x1000,
} as const;
const loaders = ['libOpenCL.so.1', 'libOpenCL.dylib', 'OpenCL.dll'];

/**
 * Lists the OpenCL devices that this process sees, in the loader's order, which is LightGBM's.
 * The environment decides what there is, and is read once a process.
 *
 * @returns none where there is no OpenCL
 */
export function openClDevices(): OpenClDevice[] {
  const library = loaderOf();
  if (library === undefined) return [];
  const platformIds = library.func('int clGetPlatformIDs(uint32_t, void *, void *)');
  const deviceIds = library.func(
    'int clGetDeviceIDs(uintptr_t, uint64_t, uint32_t, void *, void *)',
  );
  const deviceInfo = library.func(
    'int clGetDeviceInfo(uintptr_t, uint32_t, size_t, void *, void *)',
  );
  const listed = (
    list: (room: number, ids: BigUint64Array | null, count: Uint32Array) => number,
  ) => {
    const count = new Uint32Array(1);
    // "None found" is an error code of its own.
    if (list(0, null, count) !== cl.success || count[0] === 0) return [];
    const ids = new BigUint64Array(count[0]);
    return list(ids.length, ids, count) === cl.success ? [...ids] : [];
  };
  return listed((room, ids, count) => platformIds(room, ids, count)).flatMap((id, platform) =>
    listed((room, ids, count) => deviceIds(id, cl.deviceTypeAll, room, ids, count)).map(
      (of, device) => {
        const type = new BigUint64Array(1);
        const returned = deviceInfo(of, cl.infoType, type.byteLength, type, null);
        const isGpu = returned === cl.success && (type[0] & cl.deviceTypeGpu) !== 0n;
        return { platform, device, isGpu };
      },
    ),
  );
}

function loaderOf(): ReturnType<typeof koffi.load> | undefined {
  for (const name of loaders)
    try {
      return koffi.load(name);
    } catch {
      // Looked for under the next name.
    }
  return undefined;
}
